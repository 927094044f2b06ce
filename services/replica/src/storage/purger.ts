import type { Zxid } from "@meerkat/zab";
import { learnerLogStart } from "./learner-log.ts";
import type { Chore } from "./storage-worker/chore.ts";
import type { Store } from "./store.ts";

/** The newest and the one before it, in case the newest is found damaged. */
const SNAPSHOTS_KEPT = 2;
/** A deleted row costs about as many page reads as it has pages. */
const SLICE = { rowsMax: 64, bytesMax: 1024 * 1024 };
const CHUNKS_PER_SLICE = 4;
const SLICE_PAUSE_MS = 5;

/**
 * Deletes what the retained snapshots make needless: older snapshots, and of the log up to the oldest
 * one retained what there is no room for. In slices with pauses, so that commits pass in between.
 */
export class Purger implements Chore {
  readonly #store;
  readonly #onPurged: (logStart: Zxid) => void;
  readonly #onFailed: (error: unknown) => void;
  #dueMs = Number.POSITIVE_INFINITY;
  #bytesSince = 0;
  #toldStart: Zxid | undefined;

  constructor(
    store: Store,
    onPurged: (logStart: Zxid) => void,
    onFailed: (error: unknown) => void,
  ) {
    this.#store = store;
    this.#onPurged = onPurged;
    this.#onFailed = onFailed;
  }

  /** To be called after each commit with the bytes it wrote, about: what is needless gives way to them. */
  committed(bytes: number): void {
    this.#bytesSince += bytes;
    if (this.#bytesSince >= SLICE.bytesMax) this.start();
  }

  start(): void {
    this.#dueMs = Math.min(this.#dueMs, performance.now() + SLICE_PAUSE_MS);
  }

  get dueMs(): number {
    return this.#dueMs;
  }

  stop(): void {
    this.#dueMs = Number.POSITIVE_INFINITY;
  }

  run(): void {
    this.stop();
    this.#bytesSince = 0;
    try {
      if (this.#deleteSome()) this.start();
    } catch (error) {
      this.#onFailed(error);
    }
  }

  /** One transaction of deletions; says whether there may be more to delete. */
  #deleteSome(): boolean {
    const { snapshots, log, logRoom, state } = this.#store;
    const completed = snapshots.completed();
    const oldestKept = completed[SNAPSHOTS_KEPT - 1];
    let isMore = false;
    this.#store.transaction(() => {
      for (const { id } of completed.slice(SNAPSHOTS_KEPT)) snapshots.retire(id);
      const retired = snapshots.retired;
      if (retired !== undefined) {
        snapshots.deleteSome(retired, CHUNKS_PER_SLICE);
        isMore = true;
      } else if (oldestKept !== undefined && logRoom.isFull) {
        isMore = log.purge(oldestKept.zxid, SLICE) && logRoom.isFull;
        if (!isMore) state.forgetAdmissionsBehind(log.start ?? oldestKept.zxid);
      }
    });
    if (!isMore && completed.length > 0) this.#tell(learnerLogStart(this.#store));
    return isMore;
  }

  #tell(logStart: Zxid): void {
    if (logStart === this.#toldStart) return;
    this.#toldStart = logStart;
    this.#onPurged(logStart);
  }
}
