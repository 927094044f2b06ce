import { type AclPolicy, isAllowed, OPEN_ACL_UNSAFE, Perms } from "@meerkat/tree";
import { Deque } from "../deque.ts";
import type { ChangeRing } from "./change-ring.ts";
import { type FrameLimits, frameOf, type View } from "./frames.ts";
import { Subscriber } from "./subscriber.ts";
import type { Topic } from "./topic.ts";

export interface FanOutOptions {
  readonly ring: ChangeRing;
  readonly limits: FrameLimits;
  /** How long one turn of the event loop may be held. */
  readonly sliceMs: number;
  /** What one subscriber is sent at a time, and then not more until it has taken it. */
  readonly writeBytesMax: number;
  readonly aclPolicy: () => AclPolicy;
  readonly nowMs: () => number;
  /** Runs `action` in the next turn of the event loop, after what arrived meanwhile. */
  readonly later: (action: () => void) => void;
  /** It has missed events that are forgotten here. */
  readonly onMissed: (subscriber: Subscriber) => void;
  readonly onWritten: (subscriber: Subscriber, events: number) => void;
  readonly onTaken: (subscriber: Subscriber) => void;
}

/**
 * Brings changes to subscribers, a slice of each turn of the event loop at a time: with thousands of
 * them one change is thousands of system calls, and a gateway has other clients.
 *
 * Nothing is queued for a subscriber but what it is just sent: it keeps its place and reads on from the ring.
 * Who is slow gets more at a time; whom the ring has left behind has missed events.
 */
export class FanOut {
  readonly #options: FanOutOptions;
  /** Topics with news, and subscribers that can take more. */
  readonly #queue = new Deque<Topic | Subscriber>();
  /** The subscribers of the topic whose turn it is. */
  #round: Iterator<Subscriber> | undefined = undefined;
  #isScheduled = false;

  constructor(options: FanOutOptions) {
    this.#options = options;
  }

  /** The topic has news. */
  queue(topic: Topic): void {
    if (topic.isQueued) return;
    topic.isQueued = true;
    this.#queue.push(topic);
    this.#schedule();
  }

  /** Sends what there is behind its place, unless it has not taken what came before. */
  deliver(subscriber: Subscriber): void {
    if (subscriber.isBusy || subscriber.isOver) return;
    const { topic } = subscriber;
    if (topic === undefined) return;
    if (!topic.covers(subscriber.told)) {
      this.#options.onMissed(subscriber);
      return;
    }
    const { ring, writeBytesMax } = this.#options;
    const frames: Uint8Array[] = [];
    let bytes = 0;
    topic.forEachAfter(subscriber.told, (match) => {
      // To encode one change may push another one out of the ring.
      if (match.number < ring.start) return false;
      const frame = this.#frameFor(subscriber, match.number);
      frames.push(frame);
      bytes += frame.length;
      subscriber.advanceTo(match);
      return bytes < writeBytesMax;
    });
    if (frames.length > 0) this.write(subscriber, frames, frames.length);
  }

  /** It can take more. */
  wake(subscriber: Subscriber): void {
    const { topic, told, isOver } = subscriber;
    if (isOver || topic === undefined || topic.isEndOf(told)) return;
    this.#queue.push(subscriber);
    this.#schedule();
  }

  write(subscriber: Subscriber, frames: readonly Uint8Array[], events: number): void {
    subscriber.writing();
    subscriber.outlet.write(frames, () => {
      subscriber.taken();
      this.#options.onTaken(subscriber);
      this.wake(subscriber);
    });
    this.#options.onWritten(subscriber, events);
  }

  #schedule(): void {
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    this.#options.later(this.#run);
  }

  readonly #run = (): void => {
    this.#isScheduled = false;
    const { nowMs, sliceMs } = this.#options;
    const endsMs = nowMs() + sliceMs;
    do {
      const subscriber = this.#next();
      if (subscriber === undefined) return;
      this.deliver(subscriber);
    } while (nowMs() < endsMs);
    this.#schedule();
  };

  #next(): Subscriber | undefined {
    for (;;) {
      const next = this.#round?.next();
      if (next !== undefined && next.done !== true) return next.value;
      const queued = this.#queue.shift();
      this.#round = undefined;
      if (queued === undefined || queued instanceof Subscriber) return queued;
      // What comes while its subscribers have their turn is another turn for all of them.
      queued.isQueued = false;
      this.#round = queued.subscribers.values();
    }
  }

  #frameFor(subscriber: Subscriber, number: number): Uint8Array {
    const { ring, limits } = this.#options;
    const view = this.#viewOf(subscriber, number);
    const frames = ring.framesAt(number);
    const known = frames[view];
    if (known !== undefined) return known;
    const frame = frameOf(ring.at(number), view, limits);
    frames[view] = frame;
    ring.charge(number, frame.length);
    return frame;
  }

  #viewOf({ credentials, wantsData }: Subscriber, number: number): View {
    const acl = this.#options.ring.aclAt(number);
    const mayRead =
      acl === OPEN_ACL_UNSAFE || isAllowed(acl, Perms.READ, credentials, this.#options.aclPolicy());
    if (!mayRead) return "bare";
    return wantsData ? "whole" : "dataless";
  }
}
