import type { Coordination } from "../../coordination.ts";
import type { SessionTimeouts } from "../../http/options.ts";
import type { Connection } from "../connection.ts";
import type { Counters } from "../counters.ts";
import type { WireLimits } from "../limits.ts";
import type { WatchDesk } from "../watch-desk.ts";

/** What the four-letter words tell of. */
export interface Facts {
  readonly coordination: Coordination;
  readonly desk: WatchDesk;
  readonly counters: Counters;
  readonly limits: WireLimits;
  readonly sessionTimeouts: SessionTimeouts;
  /** The number of this gateway, and of all voters. */
  readonly serverId: number;
  readonly voters: readonly number[];
  readonly version: string;
  readonly tickTimeMs: number;
  readonly ports: { readonly plain: number; readonly secure: number };
  readonly startedAtMs: number;
  readonly nowMs: () => number;
  readonly connections: () => Iterable<Connection>;
}

/** The release of ZooKeeper whose behaviour clients meet here. */
const ZOOKEEPER_VERSION = "3.9.3";
/** Sources run as they are; clients expect a date all the same. */
const RELEASED = "2026-11-25 00:00 UTC";

/** ZooKeeper's version, since clients read it, with ours behind it. */
export function versionOf({ version }: Facts): string {
  return `${ZOOKEEPER_VERSION}-meerkat-${version}, built on ${RELEASED}`;
}

export function hexOf(value: number): string {
  return `0x${value.toString(16)}`;
}

/** Sessions and connections that have not come so far. */
export function countOf(things: Iterable<unknown>): number {
  let count = 0;
  for (const _ of things) count += 1;
  return count;
}
