import type { ChangeType, DataTree, Id, ReadonlyZnode, TxnStamp } from "@meerkat/tree";
import { compareEventIds, END_OF_TXN, type EventId } from "@meerkat/watch-events";
import type { ChangeListener } from "../coordination.ts";
import { ChangeRing } from "./change-ring.ts";
import { FanOut } from "./fan-out.ts";
import { type EndReason, endFrame, placeFrame, retryFrame } from "./frames.ts";
import { Heartbeats } from "./heartbeats.ts";
import type { History } from "./history.ts";
import type { WatchLimits } from "./limits.ts";
import { Replays } from "./replays.ts";
import { type Outlet, Subscriber } from "./subscriber.ts";
import type { Scope } from "./topic.ts";
import { Topics } from "./topics.ts";

export interface WatchFeedOptions {
  readonly limits: WatchLimits;
  readonly tree: () => DataTree;
  /** Where older changes are kept. */
  readonly history?: History;
  readonly nowMs?: () => number;
  readonly later?: (action: () => void) => void;
}

export interface Subscription {
  readonly scope: Scope;
  readonly credentials: readonly Id[];
  readonly wantsData: boolean;
  /** The last event that the subscriber knows; undefined for what happens from now on. */
  readonly after: EventId | undefined;
}

/** Since this gateway runs. */
export interface WatchCounters {
  opened: number;
  closed: number;
  events: number;
  /** Ended by this gateway, by reason. */
  readonly ended: Record<EndReason, number>;
}

/**
 * The event streams of this gateway: what happens in its tree, to whoever watches it over HTTP.
 *
 * Changes are written down while they are applied, told once their batch proved sound, and kept for a
 * while for those who come back.
 */
export class WatchFeed implements ChangeListener {
  readonly counters: WatchCounters = {
    opened: 0,
    closed: 0,
    events: 0,
    ended: { slow: 0, gap: 0, closing: 0 },
  };
  readonly #options: WatchFeedOptions;
  readonly #ring: ChangeRing;
  readonly #topics: Topics;
  readonly #fanOut: FanOut;
  readonly #subscribers: Heartbeats;
  readonly #replays: Replays | undefined;
  #unsentBytes = 0;
  #lastBeat: { readonly told: EventId; readonly frame: Uint8Array } | undefined = undefined;
  #isClosed = false;

  constructor(options: WatchFeedOptions) {
    const { limits, tree, nowMs = () => performance.now(), later = setImmediate } = options;
    this.#options = options;
    this.#ring = new ChangeRing({
      changesMax: limits.recentChangesMax,
      bytesMax: limits.recentBytesMax,
    });
    this.#ring.reset(tree().lastZxid);
    this.#topics = new Topics(this.#ring);
    this.#subscribers = new Heartbeats(limits.heartbeatMs, (one) => this.#beat(one));
    this.#fanOut = new FanOut({
      ring: this.#ring,
      limits,
      sliceMs: limits.sliceMs,
      writeBytesMax: limits.writeBytesMax,
      aclPolicy: () => tree().options.aclPolicy,
      nowMs,
      later,
      onMissed: (one) => this.#end(one, "slow"),
      onWritten: (one, events) => this.#onWritten(one, events),
      onTaken: (one) => this.#count(one),
    });
    this.#replays = this.#makeReplays();
  }

  #makeReplays(): Replays | undefined {
    const { history, limits, tree } = this.#options;
    if (history === undefined) return undefined;
    return new Replays({
      history,
      tree,
      writeBytesMax: limits.writeBytesMax,
      replaysMax: limits.replaysMax,
      patienceMs: limits.replayPatienceMs,
      covers: (id) => this.covers(id),
      isAhead: () => this.#ring.end > this.#ring.start,
      write: (one, frames) => this.#fanOut.write(one, frames, frames.length),
      onCaughtUp: (one) => {
        this.#topics.join(one);
        this.#fanOut.wake(one);
      },
      onGap: (one) => this.#end(one, "gap"),
    });
  }

  get limits(): WatchLimits {
    return this.#options.limits;
  }

  get subscriberCount(): number {
    return this.#subscribers.count;
  }

  /** Sent to subscribers and not taken by them. */
  get unsentBytes(): number {
    return this.#unsentBytes;
  }

  get recentBytes(): number {
    return this.#ring.bytes;
  }

  /** Everything up to this zxid can be told. */
  get position(): number {
    return this.#ring.position;
  }

  /**
   * The oldest place behind which nothing of the scope is missing, here or in the history.
   * @throws HistoryUnavailable
   */
  async floorOf(scope: Scope): Promise<EventId> {
    const kept = await this.#options.history?.floor(scope);
    const { floor } = this.#ring;
    return kept === undefined || compareEventIds(floor, kept) < 0 ? floor : kept;
  }

  get isFull(): boolean {
    return this.#isClosed || this.subscriberCount >= this.limits.subscribersMax;
  }

  /** Nothing behind `after` is missing here. */
  covers(after: EventId): boolean {
    return this.#ring.covers(after);
  }

  /**
   * Begins a stream. The feed must cover `after`, or the history reach back to it. Returns what ends
   * it when the client is gone.
   */
  subscribe(subscription: Subscription, outlet: Outlet): () => void {
    const { scope, credentials, wantsData } = subscription;
    const after = subscription.after ?? { zxid: this.#ring.position, index: END_OF_TXN };
    const subscriber = new Subscriber({ scope, outlet, credentials, wantsData, after });
    this.#subscribers.add(subscriber);
    this.counters.opened += 1;
    const greeting = [retryFrame(this.limits.retryMs), placeFrame("watching", after)];
    this.#fanOut.write(subscriber, greeting, 0);
    if (this.covers(after)) this.#topics.join(subscriber);
    else this.#replay(subscriber);
    return () => this.#leave(subscriber);
  }

  onChange(type: ChangeType, path: string, node: ReadonlyZnode, txn: TxnStamp): void {
    this.#ring.append(type, path, node, txn);
  }

  onSettled(zxid: number): void {
    const from = this.#ring.end;
    this.#ring.settle(zxid);
    if (this.#topics.isEmpty) return;
    for (let number = Math.max(from, this.#ring.start); number < this.#ring.end; number += 1) {
      this.#topics.forEachOf(this.#ring.pathAt(number), (topic) => {
        topic.append(number);
        this.#fanOut.queue(topic);
      });
    }
  }

  /** Who has been told everything up to now goes on from there, if the new tree can say what came next. */
  onTreeLost(): void {
    const now = { zxid: this.#ring.position, index: END_OF_TXN };
    for (const one of this.#subscribers.all()) {
      if (one.topic?.isEndOf(one.told) === true) one.advanceTo(now);
    }
    this.#ring.reset(this.#options.tree().consistentFrom);
    for (const topic of this.#topics.all()) topic.reset(this.#ring.floor);
    for (const one of [...this.#subscribers.all()]) {
      if (one.topic !== undefined && !this.#ring.covers(one.told)) this.#replay(one);
    }
  }

  /** All streams end, each client coming back at another moment. */
  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    const ending = [...this.#subscribers.all()];
    for (const one of ending) this.#end(one, "closing");
    const destroy = () => {
      for (const { outlet } of ending) outlet.destroy();
    };
    setTimeout(destroy, this.limits.closeWaitMs).unref();
  }

  /** Its next events are not in the memory here. */
  #replay(subscriber: Subscriber): void {
    this.#topics.leave(subscriber);
    if (this.#replays === undefined) this.#end(subscriber, "gap");
    else this.#replays.begin(subscriber);
  }

  /** Tells who is up to date from where to resume, however long nothing concerns it. */
  #beat(subscriber: Subscriber): void {
    const { topic } = subscriber;
    if (topic !== undefined) {
      if (!topic.covers(subscriber.told)) {
        this.#end(subscriber, "slow");
        return;
      }
      if (!topic.isEndOf(subscriber.told)) return;
      subscriber.advanceTo({ zxid: this.#ring.position, index: END_OF_TXN });
    }
    if (subscriber.isBusy) return;
    this.#fanOut.write(subscriber, [this.#beatFrame(subscriber.told)], 0);
  }

  /** The same for nearly all of them. */
  #beatFrame(told: EventId): Uint8Array {
    const last = this.#lastBeat;
    if (last !== undefined && compareEventIds(last.told, told) === 0) return last.frame;
    const frame = placeFrame("heartbeat", told);
    this.#lastBeat = { told, frame };
    return frame;
  }

  #onWritten(subscriber: Subscriber, events: number): void {
    this.counters.events += events;
    this.#count(subscriber);
    if (this.#unsentBytes <= this.limits.unsentBytesMax || subscriber.unsentBytes === 0) return;
    this.#end(subscriber, "slow");
    subscriber.outlet.destroy();
  }

  #count(subscriber: Subscriber): void {
    const { unsentBytes } = subscriber.outlet;
    this.#unsentBytes += unsentBytes - subscriber.unsentBytes;
    subscriber.unsentBytes = unsentBytes;
  }

  #end(subscriber: Subscriber, reason: EndReason): void {
    if (subscriber.isOver) return;
    const { retryMs } = this.limits;
    const spreadMs = Math.round(retryMs * (1 + Math.random()));
    subscriber.outlet.end(endFrame(reason, subscriber.told, spreadMs));
    this.counters.ended[reason] += 1;
    this.#leave(subscriber);
  }

  #leave(subscriber: Subscriber): void {
    if (subscriber.isOver) return;
    subscriber.isOver = true;
    this.#unsentBytes -= subscriber.unsentBytes;
    subscriber.unsentBytes = 0;
    this.#topics.leave(subscriber);
    this.#subscribers.delete(subscriber);
    this.counters.closed += 1;
    subscriber.taken();
  }
}
