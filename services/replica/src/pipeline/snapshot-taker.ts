import type { Logger } from "@meerkat/telemetry";
import { Histogram, MILLISECONDS } from "@meerkat/telemetry/metrics";
import { SnapshotWriter } from "@meerkat/tree";
import { formatZxid, type Proposal, ZXID_ZERO, type Zxid } from "@meerkat/zab";
import type { StorageClient } from "../storage/storage-client.ts";
import type { Delivery } from "./delivery.ts";

export interface SnapshotLimits {
  /** A snapshot is due after so many txns, or so many bytes of log. */
  readonly txns: number;
  readonly logBytes: number;
  /** A slice of work, and a chunk on disk and on its way to a learner. */
  readonly chunkBytes: number;
}

interface Written {
  readonly zxid: Zxid;
  readonly endZxid: Zxid;
  readonly tookMs: number;
}

/**
 * Takes fuzzy snapshots while the work goes on: a slice, then the disk's answer, then the next slice.
 * The leader's tree runs ahead of what is committed, so a snapshot is kept back until everything
 * that it may hold is delivered, and thrown away when the tree is rolled back before.
 */
export class SnapshotTaker {
  /** How long each snapshot took to write, while the work went on. */
  readonly writeMs = new Histogram(MILLISECONDS);
  readonly #delivery: Delivery;
  readonly #storage: StorageClient;
  readonly #limits: SnapshotLimits;
  readonly #logger: Logger;
  #txnsSince: number;
  #bytesSince: number;
  /** Counts the snapshots begun; a change ends the one under way. */
  #turn = 0;
  #running = false;
  #written: Written | undefined;

  constructor(
    parts: {
      readonly delivery: Delivery;
      readonly storage: StorageClient;
      readonly logger: Logger;
    },
    limits: SnapshotLimits,
    since: { readonly txns: number; readonly bytes: number },
  ) {
    this.#delivery = parts.delivery;
    this.#storage = parts.storage;
    this.#logger = parts.logger;
    this.#limits = limits;
    this.#txnsSince = since.txns;
    this.#bytesSince = since.bytes;
  }

  /** To be called after each delivered proposal. */
  delivered({ first, last, payload }: Proposal): void {
    this.#txnsSince += last - first + 1;
    this.#bytesSince += payload.byteLength;
    if (this.#written !== undefined) this.#completeWhenCommitted(this.#written);
    else if (!this.#running && this.#isDue()) void this.#take();
  }

  /** The tree was rolled back or replaced: what is being written shows a state that never was. */
  abandon(): void {
    if (!this.#running && this.#written === undefined) return;
    this.#turn += 1;
    this.#written = undefined;
    void this.#storage.abandonSnapshot().catch(ignoreStorageFailure);
  }

  /** A snapshot from the leader is the newest now. */
  replaced(): void {
    this.abandon();
    this.#txnsSince = 0;
    this.#bytesSince = 0;
  }

  #isDue(): boolean {
    if (this.#delivery.tree.lastZxid === ZXID_ZERO) return false;
    return this.#txnsSince >= this.#limits.txns || this.#bytesSince >= this.#limits.logBytes;
  }

  async #take(): Promise<void> {
    const turn = ++this.#turn;
    this.#running = true;
    try {
      await this.#write(turn);
    } catch (error) {
      ignoreStorageFailure(error);
    } finally {
      this.#running = false;
    }
  }

  async #write(turn: number): Promise<void> {
    const startedAtMs = performance.now();
    const writer = new SnapshotWriter(this.#delivery.tree);
    const zxid = writer.startZxid as Zxid;
    this.#txnsSince = 0;
    this.#bytesSince = 0;
    for (let index = 0; ; index += 1) {
      const chunk = writer.next(this.#limits.chunkBytes);
      if (chunk === undefined) return;
      const last = writer.endZxid !== undefined;
      await this.#storage.addSnapshotChunk({ zxid, index, last, chunk });
      if (turn !== this.#turn) return;
      if (last) break;
    }
    const endZxid = writer.endZxid as Zxid;
    const tookMs = Math.round(performance.now() - startedAtMs);
    this.writeMs.add(tookMs);
    this.#logger.debug({ zxid: formatZxid(zxid), tookMs }, "Snapshot written, not complete yet");
    this.#written = { zxid, endZxid, tookMs };
    this.#completeWhenCommitted(this.#written);
  }

  #completeWhenCommitted({ zxid, endZxid, tookMs }: Written): void {
    if (this.#delivery.applied < endZxid) return;
    this.#written = undefined;
    this.#logger.info(
      { zxid: formatZxid(zxid), tookMs },
      `Snapshot at ${formatZxid(zxid)} complete: it took ${tookMs} ms, and a start needs no log behind the one before it`,
    );
    void this.#storage.completeSnapshot(endZxid).catch(ignoreStorageFailure);
  }
}

/** The storage's `onFailed` has stopped the replica already, with the reason. */
function ignoreStorageFailure(error: unknown): void {
  if (!(error instanceof Error) || error.name !== "StorageFailed") throw error;
}
