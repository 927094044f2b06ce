import type { Peer } from "@meerkat/zab";
import { Violation } from "./violation.ts";

/**
 * One tick of a peer. Real hosts let ticks pass that the peer promises to be quiet, so one of those
 * must ask for nothing, and must not take back what was promised of the next.
 */
export function tickAsPromised(peer: Peer): void {
  const quiet = peer.hasReady() ? 0 : peer.quietTicks;
  peer.tick();
  if (quiet > 0 && (peer.hasReady() || peer.quietTicks < quiet - 1)) {
    throw new Violation("QuietTicks", `the first of ${quiet} quiet ticks did something`);
  }
}
