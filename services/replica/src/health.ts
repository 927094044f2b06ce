import type { Health } from "@meerkat/service";
import type { PeerStatus } from "@meerkat/zab";
import type { WatchStatus } from "./watch/watch-status.ts";

/**
 * Well is who is part of an established epoch. Watch events that the stream does not take are said as
 * well, and make nobody ill: transactions go on, and the stream is filled in later.
 */
export function healthOf(
  peer: PeerStatus | undefined,
  watch: Pick<WatchStatus, "state" | "sentence"> | undefined,
): Health {
  if (peer === undefined) return { ok: false, detail: "starting" };
  const { serverState, zabState, epoch, established, reason } = peer;
  const events =
    watch?.state === "unavailable" ? `; watch events are not kept: ${watch.sentence}` : "";
  const detail = `${serverState} ${zabState} in epoch ${epoch}: ${reason}${events}`;
  return { ok: established, detail };
}
