import { EPOCH_MAX, type ServerState, type ZabState } from "@meerkat/zab";
import type { ServerReport } from "./gateway-messages.ts";
import { MalformedMessage } from "./wire/malformed-message.ts";

const KINDS: readonly ServerReport["kind"][] = ["replica", "gateway"];
const SERVER_STATES: readonly ServerState[] = ["LOOKING", "FOLLOWING", "LEADING", "OBSERVING"];
const ZAB_STATES: readonly ZabState[] = ["ELECTION", "DISCOVERY", "SYNCHRONIZATION", "BROADCAST"];
const REPORT_BYTES_MAX = 16_384;

type Check = (value: unknown) => boolean;
const isText: Check = (value) => typeof value === "string";
const isFlag: Check = (value) => typeof value === "boolean";
const isCount: Check = (value) => Number.isSafeInteger(value) && (value as number) >= 0;
const oneOf =
  (words: readonly string[]): Check =>
  (value) =>
    typeof value === "string" && words.includes(value);

/** A field of ServerReport without a check does not compile. */
const CHECKS: { readonly [F in keyof ServerReport]: Check } = {
  id: (value) => isCount(value) && value !== 0,
  kind: oneOf(KINDS),
  name: isText,
  address: isText,
  serverState: oneOf(SERVER_STATES),
  zabState: oneOf(ZAB_STATES),
  epoch: (value) => isCount(value) && (value as number) <= EPOCH_MAX,
  leader: isCount,
  established: isFlag,
  voice: isFlag,
  lastZxid: isCount,
  appliedZxid: isCount,
  digest: (value) => typeof value === "string" && /^[0-9a-f]{16}$/.test(value),
  startedAtMs: isCount,
};

/** JSON: reports are few, and people like to listen to them with `nats sub`. */
export function encodeReport(report: ServerReport): Uint8Array {
  return new TextEncoder().encode(JSON.stringify(report));
}

/** @throws MalformedMessage */
export function decodeReport(bytes: Uint8Array): ServerReport {
  const report = parseObject(bytes);
  for (const [field, isValid] of Object.entries(CHECKS)) {
    if (!isValid(report[field])) {
      throw new MalformedMessage(`report: ${field} is ${JSON.stringify(report[field])}.`);
    }
  }
  return report as unknown as ServerReport;
}

function parseObject(bytes: Uint8Array): Readonly<Record<string, unknown>> {
  if (bytes.length > REPORT_BYTES_MAX) {
    throw new MalformedMessage(`report: ${bytes.length} bytes are too many.`);
  }
  try {
    const value: unknown = JSON.parse(new TextDecoder().decode(bytes));
    if (typeof value === "object" && value !== null) return value as Record<string, unknown>;
  } catch (cause) {
    throw new MalformedMessage("report: no JSON.", { cause });
  }
  throw new MalformedMessage("report: no JSON object.");
}
