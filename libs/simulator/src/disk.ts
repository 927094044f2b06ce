import type { Persist, StoreId, SyncRead, SyncReadResult } from "@meerkat/zab";
import type { Clock } from "./clock.ts";
import {
  answerRead,
  applyPersist,
  applySnapshot,
  emptyImage,
  type Image,
  type SnapshotWrite,
} from "./image.ts";
import type { DiskOptions } from "./options.ts";
import type { Prng } from "./prng.ts";

export type DiskJob =
  | { readonly type: "persist"; readonly persist: Persist; readonly done: () => void }
  | { readonly type: "snapshot"; readonly write: SnapshotWrite; readonly done: () => void }
  | {
      readonly type: "read";
      readonly read: SyncRead;
      readonly done: (result: SyncReadResult) => void;
    };

/**
 * One replica's disk and the storage worker before it: jobs are done in order, all that wait are
 * committed as one group, and only then their callers hear of it. A crash keeps some prefix of the
 * jobs that were under way, since a write may be on disk before anybody heard so.
 */
export class Disk {
  image: Image;
  slow = false;
  readonly #clock: Clock;
  readonly #prng: Prng;
  readonly #options: DiskOptions;
  readonly #onDurable: (image: Image, persist: Persist) => void;
  #group: DiskJob[] = [];
  #waiting: DiskJob[] = [];
  /** Changes at a crash, which makes the completions under way void. */
  #generation = 0;

  constructor(parts: {
    clock: Clock;
    prng: Prng;
    options: DiskOptions;
    storeId: StoreId;
    onDurable: (image: Image, persist: Persist) => void;
  }) {
    this.#clock = parts.clock;
    this.#prng = parts.prng;
    this.#options = parts.options;
    this.#onDurable = parts.onDurable;
    this.image = emptyImage(parts.storeId);
  }

  submit(job: DiskJob): void {
    this.#waiting.push(job);
    if (this.#group.length === 0) this.#startGroup();
  }

  /**
   * The process dies or the power goes: what was under way is kept up to a point drawn at random.
   */
  crash(): void {
    this.#generation++;
    const underWay = [...this.#group, ...this.#waiting];
    const kept = this.#prng.chance(0.5) ? 0 : this.#prng.between(0, underWay.length);
    for (const job of underWay.slice(0, kept)) this.#carryOut(job);
    this.#group = [];
    this.#waiting = [];
    this.image.staged = [];
  }

  /** The folder is lost and made anew. Only while the process is down. */
  wipe(storeId: StoreId): void {
    this.image = emptyImage(storeId);
  }

  #startGroup(): void {
    const group = this.#waiting;
    this.#group = group;
    this.#waiting = [];
    const { writeMinUs, writeMeanUs, slowFactor } = this.#options;
    const factor = this.slow ? slowFactor : 1;
    const takesUs = (writeMinUs + this.#prng.exponential(writeMeanUs)) * factor;
    const generation = this.#generation;
    this.#clock.after(Math.round(takesUs), () => {
      if (generation === this.#generation) this.#finish(group);
    });
  }

  #finish(group: readonly DiskJob[]): void {
    const reports = group.map((job) => this.#carryOut(job));
    this.#group = [];
    for (const report of reports) report();
    if (this.#group.length === 0 && this.#waiting.length > 0) this.#startGroup();
  }

  /** Returns what tells the caller. */
  #carryOut(job: DiskJob): () => void {
    switch (job.type) {
      case "persist":
        applyPersist(this.image, job.persist);
        this.#onDurable(this.image, job.persist);
        return job.done;
      case "snapshot":
        applySnapshot(this.image, job.write);
        return job.done;
      case "read": {
        const result = answerRead(this.image, job.read);
        return () => job.done(result);
      }
    }
  }
}
