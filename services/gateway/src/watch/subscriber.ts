import type { Id } from "@meerkat/tree";
import { compareEventIds, type EventId } from "@meerkat/watch-events";
import type { Scope, Topic } from "./topic.ts";

/** Where a subscriber's bytes go: an open HTTP response. */
export interface Outlet {
  /** `taken` is called, later, once the client's side has them. Not to be called again before. */
  write(frames: readonly Uint8Array[], taken: () => void): void;
  /** Written, and not taken by the system yet. */
  readonly unsentBytes: number;
  /** A last word, and then the end, as soon as the client takes it. */
  end(last: Uint8Array): void;
  /** The end, whatever the client does. */
  destroy(): void;
}

export interface SubscriberOptions {
  readonly scope: Scope;
  readonly outlet: Outlet;
  readonly credentials: readonly Id[];
  readonly wantsData: boolean;
  /** Events behind this one are to be told. */
  readonly after: EventId;
}

/** One open stream: what it watches, what it may see, and how far it has been told. */
export class Subscriber {
  readonly scope: Scope;
  /** Undefined while it is told what is older than this gateway's memory. */
  topic: Topic | undefined = undefined;
  readonly outlet: Outlet;
  readonly credentials: readonly Id[];
  readonly wantsData: boolean;
  isOver = false;
  /** Of `outlet.unsentBytes`, what the feed has counted. */
  unsentBytes = 0;
  #isBusy = false;
  #onTaken: (() => void) | undefined = undefined;
  #zxid: number;
  #index: number;

  constructor({ scope, outlet, credentials, wantsData, after }: SubscriberOptions) {
    this.scope = scope;
    this.outlet = outlet;
    this.credentials = credentials;
    this.wantsData = wantsData;
    this.#zxid = after.zxid;
    this.#index = after.index;
  }

  /** Something was written that the client has not taken. */
  get isBusy(): boolean {
    return this.#isBusy;
  }

  writing(): void {
    this.#isBusy = true;
  }

  /** The client has it, or is gone. */
  taken(): void {
    this.#isBusy = false;
    this.#onTaken?.();
    this.#onTaken = undefined;
  }

  /** For one who waits to write. */
  untilTaken(): Promise<void> {
    if (!this.#isBusy) return Promise.resolve();
    return new Promise((resolve) => {
      this.#onTaken = resolve;
    });
  }

  /** The last event that it was sent, or a place behind it with nothing in between. */
  get told(): EventId {
    return { zxid: this.#zxid, index: this.#index };
  }

  /** Never back: a tree that is built anew comes by here again. */
  advanceTo(id: EventId): void {
    if (compareEventIds(id, this.told) <= 0) return;
    this.#zxid = id.zxid;
    this.#index = id.index;
  }
}
