import { SnapshotWriter } from "@meerkat/tree";
import { ZXID_ZERO, type Zxid } from "@meerkat/zab";
import type { Disk } from "./disk.ts";
import { indexAfter } from "./image.ts";
import type { Process } from "./process.ts";
import { mark } from "./tally.ts";
import type { TreeHost } from "./tree-host.ts";
import type { World } from "./world.ts";

interface Parts {
  readonly world: World;
  readonly process: Process;
  readonly disk: Disk;
  readonly host: TreeHost;
  /** The log up to here is deleted. */
  readonly onPurged: (logStart: Zxid) => void;
}

/**
 * Takes fuzzy snapshots of a replica's tree, slice by slice between its other work, and purges the
 * log behind them. A snapshot counts once everything that it may contain is committed.
 */
export class SnapshotTaker {
  readonly #parts: Parts;
  #writer: SnapshotWriter | undefined;
  #chunks: Uint8Array[] = [];
  #lastZxid: Zxid = ZXID_ZERO;
  #appliedSince = 0;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** Called after each delivery. */
  applied(count: number): void {
    this.#appliedSince += count;
  }

  maybeStart(): void {
    const { world, host } = this.#parts;
    if (this.#writer !== undefined) return;
    if (this.#appliedSince < world.options.host.snapshotEveryTxns) return;
    if (host.tree.lastZxid <= this.#lastZxid) return;
    this.#appliedSince = 0;
    this.#chunks = [];
    const writer = new SnapshotWriter(host.tree);
    this.#writer = writer;
    this.#later(() => this.#writeSlice(writer));
  }

  /** The tree was replaced or taken back: what was written of it is worth nothing. */
  abandon(): void {
    if (this.#writer !== undefined) mark(this.#parts.world.tally, "snapshot abandoned");
    this.#writer = undefined;
  }

  #later(next: () => void): void {
    const { world, process } = this.#parts;
    world.clock.after(world.options.host.snapshotSliceUs, () => process.enter(next));
  }

  #writeSlice(writer: SnapshotWriter): void {
    if (writer !== this.#writer) return;
    const chunk = writer.next(this.#parts.world.options.host.snapshotSliceBytes);
    if (chunk !== undefined) this.#chunks.push(chunk);
    if (writer.endZxid === undefined) this.#later(() => this.#writeSlice(writer));
    else this.#finishWhenCommitted(writer, writer.endZxid as Zxid);
  }

  #finishWhenCommitted(writer: SnapshotWriter, endZxid: Zxid): void {
    const { world, host, disk, process } = this.#parts;
    if (writer !== this.#writer) return;
    if (host.appliedZxid < endZxid) {
      this.#later(() => this.#finishWhenCommitted(writer, endZxid));
      return;
    }
    this.#writer = undefined;
    const zxid = writer.startZxid as Zxid;
    this.#lastZxid = zxid;
    mark(world.tally, "snapshot taken");
    const write = {
      snapshot: { zxid, members: host.membersAt(zxid), chunks: this.#chunks },
      committed: host.appliedZxid,
      purgeThrough: this.#purgeThrough(zxid),
    };
    const done = () => process.enter(() => this.#parts.onPurged(disk.image.logStart));
    disk.submit({ type: "snapshot", write, done });
  }

  /** The log behind the snapshot goes, but for what is retained for learners. */
  #purgeThrough(zxid: Zxid): Zxid {
    const { log } = this.#parts.disk.image;
    const { logRetainedTxns } = this.#parts.world.options.host;
    const covered = indexAfter(log, zxid);
    return log[covered - 1 - logRetainedTxns]?.last ?? ZXID_ZERO;
  }
}
