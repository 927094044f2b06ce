import { type EventId, encodeEvent, formatEventId } from "@meerkat/watch-events";
import type { Change } from "./change-slots.ts";

/**
 * How much of a change somebody sees: all of it, all but the data, or (without READ on the znode) no
 * more than that it happened.
 */
export type View = "whole" | "dataless" | "bare";

/** One change as the bytes of the stream, by view; each is made when it is first needed, for all. */
export type Frames = { [V in View]?: Uint8Array };

export interface FrameLimits {
  /** Larger data are left out of events; the event says so. */
  readonly dataBytesMax: number;
}

/** An event of a stream (Server-Sent Events): the id to resume from, the type, the event as JSON. */
export function frameOf(change: Change, view: View, { dataBytesMax }: FrameLimits): Uint8Array {
  const disclosed = {
    content: view !== "bare",
    dataBytesMax: view === "whole" ? dataBytesMax : -1,
  };
  const json = encodeEvent(change, disclosed);
  return Buffer.from(`id: ${formatEventId(change)}\nevent: ${change.type}\ndata: ${json}\n\n`);
}

/**
 * Nothing has happened up to `id`, or nothing since. Clients remember the id without being told an
 * event, and resume from there.
 */
export function placeFrame(comment: string, id: EventId): Uint8Array {
  return Buffer.from(`: ${comment}\nid: ${formatEventId(id)}\n\n`);
}

/** How long a client is to wait before it connects again. */
export function retryFrame(retryMs: number): Uint8Array {
  return Buffer.from(`retry: ${retryMs}\n\n`);
}

export type EndReason = "slow" | "gap" | "closing";

const SENTENCES: Readonly<Record<EndReason, string>> = {
  slow:
    "You took events slower than they came, and this gateway has forgotten the next ones. Connect again with " +
    "Last-Event-ID.",
  gap:
    "This gateway missed changes: it fell behind and was given the tree as it is. Connect again with " +
    "Last-Event-ID, here or at another gateway.",
  closing: "This gateway is stopping. Connect again with Last-Event-ID, to another one.",
};

/** The last word of a stream: why it ends, and where to resume. */
export function endFrame(reason: EndReason, told: EventId, retryMs: number): Uint8Array {
  const lastEventId = formatEventId(told);
  const json = JSON.stringify({ lastEventId, detail: SENTENCES[reason] });
  return Buffer.from(`retry: ${retryMs}\nid: ${lastEventId}\nevent: ${reason}\ndata: ${json}\n\n`);
}
