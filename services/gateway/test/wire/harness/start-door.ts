import type { DataTreeOptions } from "@meerkat/tree";
import { afterEach } from "vitest";
import type { WireLimits } from "../../../src/wire/limits.ts";
import { DEFAULT_WIRE_LIMITS } from "../../../src/wire/limits.ts";
import type { WireOptions } from "../../../src/wire/options.ts";
import { WireDoor } from "../../../src/wire/wire-door.ts";
import { WORD_NAMES } from "../../../src/wire/words/four-letter-words.ts";
import { QueuedNode } from "../../support/queued-node.ts";
import { type ConnectOptions, WireClient } from "./wire-client.ts";

export interface RunningDoor {
  readonly node: QueuedNode;
  readonly door: WireDoor;
  readonly port: number;
  readonly securePort: number;
  /** Clock of the door, ms: it stands still until the test moves it. */
  readonly clock: { nowMs: number };
  /** What was logged, one sentence each. */
  readonly log: readonly string[];
  client(options?: ConnectOptions): Promise<WireClient>;
  /** A client without a session. */
  open(): Promise<WireClient>;
}

export interface DoorOptions extends Partial<Omit<WireOptions, "limits">> {
  readonly limits?: Partial<WireLimits>;
  readonly tree?: Partial<DataTreeOptions>;
}

const running: { readonly door: WireDoor; readonly clients: WireClient[] }[] = [];

/** Serves until the test is over. */
export async function startDoor(options: DoorOptions = {}): Promise<RunningDoor> {
  const { limits, tree, ...others } = options;
  const node = new QueuedNode(tree);
  const clock = { nowMs: 1_000_000 };
  const log: string[] = [];
  const note = (_: object, message: string) => void log.push(message);
  const door = new WireDoor(node, {
    host: "127.0.0.1",
    port: 0,
    backlog: 511,
    tls: undefined,
    limits: { ...DEFAULT_WIRE_LIMITS, ...limits },
    sessionTimeouts: { defaultMs: 10_000, minMs: 4_000, maxMs: 40_000 },
    superDigest: undefined,
    words: WORD_NAMES,
    serverId: 1_001,
    voters: [1, 2, 3],
    version: "0.1.0",
    tickTimeMs: 50,
    log: { info: note, warn: note },
    nowMs: () => clock.nowMs,
    ...others,
  });
  const { plain, secure } = await door.listen();
  const clients: WireClient[] = [];
  running.push({ door, clients });
  const kept = async (opening: Promise<WireClient>) => {
    const client = await opening;
    clients.push(client);
    return client;
  };
  return {
    node,
    door,
    port: plain,
    securePort: secure,
    clock,
    log,
    client: (how) => kept(WireClient.connected(plain, how)),
    open: () => kept(WireClient.open(plain)),
  };
}

afterEach(async () => {
  const doors = running.splice(0);
  for (const { clients } of doors) for (const client of clients) client[Symbol.dispose]();
  await Promise.all(doors.map(({ door }) => door.close()));
});
