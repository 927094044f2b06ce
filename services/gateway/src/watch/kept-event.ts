import type { KeptMessage } from "@meerkat/bus";
import {
  type EventId,
  formatEventId,
  parseEventId,
  RESTRICTED_HEADER,
} from "@meerkat/watch-events";
import type { View } from "./frames.ts";

/** An event as it was published: the object that this gateway would have made of the change. */
export interface KeptEvent extends EventId {
  readonly path: string;
  /** Published in full although not everybody may read the znode: who asks must be allowed to. */
  readonly isRestricted: boolean;
  readonly body: Readonly<Record<string, unknown>>;
}

const TYPES: ReadonlySet<unknown> = new Set([
  "NodeCreated",
  "NodeDataChanged",
  "NodeAclChanged",
  "NodeDeleted",
]);

/** Undefined for what is no event of a change: a gap, or something that somebody else has put there. */
export function keptEventOf(message: KeptMessage): KeptEvent | undefined {
  const id = parseEventId(message.id ?? "");
  if (id === undefined) return undefined;
  const body = parseObject(message.payload);
  if (body === undefined || !TYPES.has(body.type) || typeof body.path !== "string")
    return undefined;
  const isRestricted = message.header(RESTRICTED_HEADER) !== undefined;
  return { ...id, path: body.path, isRestricted, body };
}

/** The event for a stream, as much of it as the view allows. */
export function frameOfKept(event: KeptEvent, view: View): Uint8Array {
  const json = JSON.stringify(bodyFor(event.body, view));
  return Buffer.from(
    `id: ${formatEventId(event)}\nevent: ${String(event.body.type)}\ndata: ${json}\n\n`,
  );
}

function bodyFor(body: KeptEvent["body"], view: View): object {
  if (view === "whole" || body.withheld === "acl") return body;
  if (view === "bare") {
    const { type, path, zxid, index, time } = body;
    return { type, path, zxid, index, time, withheld: "acl" };
  }
  const { data, dataBase64, ...others } = body;
  const hasData = data !== undefined || dataBase64 !== undefined;
  return hasData ? { ...others, withheld: "data" } : body;
}

function parseObject(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null
      ? (value as Record<string, unknown>)
      : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
