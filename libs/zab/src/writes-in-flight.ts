import { invariant } from "./invariant.ts";
import type { HardState } from "./ready.ts";
import type { Zxid } from "./zxid.ts";

/** One Ready on its way to the disk: what will be durable when it is there. */
interface Write {
  readonly number: number;
  /** The end of the present history that is durable with it; lowered when that history is truncated. */
  lastZxid: Zxid;
  readonly hardState: HardState;
  /** The snapshot that it installs, unless a later one has replaced it already. */
  installed: Zxid | undefined;
}

/**
 * The Readys that the host is writing, oldest first. They reach the disk in this order, so one
 * confirmation speaks for all before it.
 */
export class WritesInFlight {
  readonly #writes: Write[] = [];
  #taken = 0;
  #hardState: HardState;

  constructor(hardState: HardState) {
    this.#hardState = hardState;
  }

  /** The hard state that is on disk for certain. */
  get durableHardState(): HardState {
    return this.#hardState;
  }

  get isIdle(): boolean {
    return this.#writes.length === 0;
  }

  taken(number: number): void {
    this.#taken = number;
  }

  push(write: Write): void {
    this.#writes.push(write);
  }

  /** The history after `to` is no longer ours, although older writes still carry it to the disk. */
  truncate(to: Zxid): void {
    for (const write of this.#writes) {
      if (write.lastZxid > to) write.lastZxid = to;
      if (write.installed !== undefined && write.installed > to) write.installed = undefined;
    }
  }

  /** Returns what is durable now, undefined when nothing new is. */
  confirm(number: number): { lastZxid: Zxid; installed: Zxid | undefined } | undefined {
    invariant(number <= this.#taken, "a host confirms what it took", number, this.#taken);
    let newest: Write | undefined;
    let installed: Zxid | undefined;
    while ((this.#writes[0]?.number ?? Number.POSITIVE_INFINITY) <= number) {
      newest = this.#writes.shift();
      installed = newest?.installed ?? installed;
    }
    if (newest === undefined) return undefined;
    this.#hardState = newest.hardState;
    return { lastZxid: newest.lastZxid, installed };
  }
}
