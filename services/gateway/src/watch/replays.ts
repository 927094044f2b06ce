import { type AclPolicy, type DataTree, isAllowed, Perms } from "@meerkat/tree";
import { compareEventIds, type EventId } from "@meerkat/watch-events";
import { Deque } from "../deque.ts";
import type { View } from "./frames.ts";
import { type History, HistoryUnavailable, type Stretch } from "./history.ts";
import { frameOfKept, type KeptEvent } from "./kept-event.ts";
import type { Subscriber } from "./subscriber.ts";

export interface ReplaysOptions {
  readonly history: History;
  readonly tree: () => DataTree;
  readonly writeBytesMax: number;
  /** So many subscribers at a time; the others wait. */
  readonly replaysMax: number;
  /** How long the history may be silent, or behind what this gateway remembers. */
  readonly patienceMs: number;
  /** This gateway remembers changes that the history may not have. */
  readonly isAhead: () => boolean;
  /** Nothing behind `id` is missing in this gateway's memory. */
  readonly covers: (id: EventId) => boolean;
  readonly write: (subscriber: Subscriber, frames: readonly Uint8Array[]) => void;
  /** It has been told all that is covered no more, and goes on from the memory. */
  readonly onCaughtUp: (subscriber: Subscriber) => void;
  /** What it would have to be told next is kept nowhere. */
  readonly onGap: (subscriber: Subscriber) => void;
}

/** Between two looks at a history that has nothing new. */
const RETRY_MS = { first: 50, max: 1_000 };

interface Replay {
  readonly subscriber: Subscriber;
  waitedMs: number;
  retryMs: number;
}

/**
 * Brings subscribers what is older than this gateway's memory, until that goes on without a gap.
 *
 * The last event of the history does not say that its txn has no other, and none says that a txn without
 * changes came by. So while nothing happens a replay may not come to its end. It goes on looking, which is as good
 * as listening as long as nothing happens; its place among those that read is another's meanwhile.
 */
export class Replays {
  readonly #options: ReplaysOptions;
  readonly #waiting = new Deque<Replay>();
  #running = 0;

  constructor(options: ReplaysOptions) {
    this.#options = options;
  }

  begin(subscriber: Subscriber): void {
    this.#enqueue({ subscriber, waitedMs: 0, retryMs: RETRY_MS.first });
  }

  #enqueue(replay: Replay): void {
    this.#waiting.push(replay);
    while (this.#running < this.#options.replaysMax) {
      const next = this.#waiting.shift();
      if (next === undefined) return;
      void this.#run(next);
    }
  }

  async #run(replay: Replay): Promise<void> {
    this.#running += 1;
    const progress = await this.#advance(replay.subscriber);
    this.#running -= 1;
    if (progress === "advanced") {
      replay.waitedMs = 0;
      replay.retryMs = RETRY_MS.first;
    }
    if (progress !== "over") this.#later(replay, progress === "unavailable");
    const next = this.#waiting.shift();
    if (next !== undefined) void this.#run(next);
  }

  #later(replay: Replay, isUnavailable: boolean): void {
    const { isAhead, patienceMs, onGap } = this.#options;
    const { subscriber, retryMs } = replay;
    // What is told late because it comes late is as bad as what does not come.
    if (isUnavailable || isAhead()) replay.waitedMs += retryMs;
    if (replay.waitedMs > patienceMs) {
      onGap(subscriber);
      return;
    }
    replay.retryMs = Math.min(2 * retryMs, RETRY_MS.max);
    setTimeout(() => this.#enqueue(replay), retryMs).unref();
  }

  async #advance(
    subscriber: Subscriber,
  ): Promise<"over" | "advanced" | "nothing new" | "unavailable"> {
    const { history, covers, onCaughtUp, onGap } = this.#options;
    const { scope } = subscriber;
    const before = subscriber.told;
    try {
      while (!subscriber.isOver) {
        const { told } = subscriber;
        if (covers(told)) {
          onCaughtUp(subscriber);
          return "over";
        }
        const floor = await history.floor(scope);
        if (floor === undefined || compareEventIds(told, floor) < 0) {
          onGap(subscriber);
          return "over";
        }
        await this.#tell(subscriber, await history.stretch(scope, told));
        if (compareEventIds(subscriber.told, told) > 0) continue;
        return compareEventIds(told, before) > 0 ? "advanced" : "nothing new";
      }
      return "over";
    } catch (error) {
      if (error instanceof HistoryUnavailable) return "unavailable";
      throw error;
    }
  }

  async #tell(subscriber: Subscriber, { events, through }: Stretch): Promise<void> {
    let frames: Uint8Array[] = [];
    let bytes = 0;
    let last: EventId | undefined;
    const send = async (): Promise<void> => {
      await subscriber.untilTaken();
      if (subscriber.isOver || last === undefined) return;
      this.#options.write(subscriber, frames);
      subscriber.advanceTo(last);
      frames = [];
      bytes = 0;
    };
    for await (const event of events) {
      if (subscriber.isOver) return;
      const frame = frameOfKept(event, this.#viewOf(subscriber, event));
      frames.push(frame);
      bytes += frame.length;
      last = event;
      if (bytes >= this.#options.writeBytesMax) await send();
    }
    if (frames.length > 0) await send();
    if (!subscriber.isOver) subscriber.advanceTo(through);
  }

  #viewOf({ credentials, wantsData }: Subscriber, { path, isRestricted }: KeptEvent): View {
    const tree = this.#options.tree();
    if (isRestricted) {
      const acl = tree.find(path)?.acl.list;
      const policy: AclPolicy = tree.options.aclPolicy;
      // Of a znode that is gone nobody knows any more who was allowed to read it.
      if (acl === undefined || !isAllowed(acl, Perms.READ, credentials, policy)) return "bare";
    }
    return wantsData ? "whole" : "dataless";
  }
}
