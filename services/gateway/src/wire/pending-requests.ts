import { Deque } from "../deque.ts";
import type { WireLimits } from "./limits.ts";
import type { Pending } from "./pending.ts";

/** The requests of one connection that are not answered, in the order in which they came. */
export class PendingRequests {
  readonly #limits: WireLimits;
  readonly #queue = new Deque<Pending>();
  #bytes = 0;
  #writes = 0;

  constructor(limits: WireLimits) {
    this.#limits = limits;
  }

  get size(): number {
    return this.#queue.size;
  }

  /** Those among them that the leader has to answer. */
  get writes(): number {
    return this.#writes;
  }

  get isFull(): boolean {
    const { pendingPerConnectionMax, pendingBytesPerConnectionMax } = this.#limits;
    return this.size >= pendingPerConnectionMax || this.#bytes >= pendingBytesPerConnectionMax;
  }

  /** Half of what it may be, so that the socket is not stopped and started for every request. */
  get hasDrained(): boolean {
    const { pendingPerConnectionMax, pendingBytesPerConnectionMax } = this.#limits;
    return (
      this.size <= pendingPerConnectionMax / 2 && this.#bytes <= pendingBytesPerConnectionMax / 2
    );
  }

  first(): Pending | undefined {
    return this.#queue.first();
  }

  push(pending: Pending): void {
    this.#queue.push(pending);
    this.#count(pending, 1);
  }

  shift(): void {
    const pending = this.#queue.shift();
    if (pending !== undefined) this.#count(pending, -1);
  }

  clear(): void {
    this.#queue.clear();
    this.#bytes = 0;
    this.#writes = 0;
  }

  #count(pending: Pending, sign: 1 | -1): void {
    const isWrite = pending.kind === "write";
    this.#bytes += sign * (isWrite ? pending.bytes : pending.frame.length);
    if (isWrite) this.#writes += sign;
  }
}
