import {
  EPOCH_ZERO,
  epochOf,
  formatZxid,
  type HardState,
  type Members,
  type Persist,
  type Proposal,
  type SnapshotChunk,
  type StoreId,
  type SyncRead,
  type SyncReadResult,
  ZXID_ZERO,
  type Zxid,
} from "@meerkat/zab";
import { Violation } from "./violation.ts";

export interface StoredSnapshot {
  readonly zxid: Zxid;
  readonly members: Members;
  readonly chunks: readonly Uint8Array[];
}

/** What is on one disk. Each change is atomic. */
export interface Image {
  readonly storeId: StoreId;
  hardState: HardState;
  committed: Zxid;
  /** Oldest first; the newest is the one that a start or a learner uses. */
  snapshots: readonly StoredSnapshot[];
  /** The last zxid before the first row of the log. */
  logStart: Zxid;
  readonly log: Proposal[];
  staged: SnapshotChunk[];
}

export function emptyImage(storeId: StoreId): Image {
  return {
    storeId,
    hardState: { acceptedEpoch: EPOCH_ZERO, currentEpoch: EPOCH_ZERO, voice: false },
    committed: ZXID_ZERO,
    snapshots: [],
    logStart: ZXID_ZERO,
    log: [],
    staged: [],
  };
}

/** Carries out one write of the protocol, part by part in the order of its fields. */
export function applyPersist(image: Image, persist: Persist): void {
  for (const chunk of persist.stage) stageChunk(image, chunk);
  if (persist.install !== undefined) install(image, persist.install);
  if (persist.truncateAfter !== undefined) truncate(image, persist.truncateAfter);
  for (const proposal of persist.append) append(image, proposal);
  if (persist.hardState !== undefined) image.hardState = persist.hardState;
  if (persist.committed > image.committed) image.committed = persist.committed;
}

/** The host's own write: a snapshot of its tree, and the log behind it goes. */
export interface SnapshotWrite {
  readonly snapshot: StoredSnapshot;
  /**
   * Everything that the fuzzy snapshot may contain is committed: restarts replay at least to here.
   */
  readonly committed: Zxid;
  readonly purgeThrough: Zxid;
}

export function applySnapshot(image: Image, write: SnapshotWrite): void {
  const newest = image.snapshots.at(-1);
  // A snapshot from the leader overtook ours.
  if (newest !== undefined && newest.zxid >= write.snapshot.zxid) return;
  image.snapshots = newest === undefined ? [write.snapshot] : [newest, write.snapshot];
  if (write.committed > image.committed) image.committed = write.committed;
  const { log } = image;
  let purged = 0;
  while (purged < log.length && (log[purged] as Proposal).last <= write.purgeThrough) purged++;
  const lastPurged = log[purged - 1];
  if (lastPurged === undefined) return;
  image.logStart = lastPurged.last;
  log.splice(0, purged);
}

export function lastZxidOf(image: Image): Zxid {
  return image.log.at(-1)?.last ?? image.snapshots.at(-1)?.zxid ?? ZXID_ZERO;
}

/** Last zxid of each epoch that the log holds, ascending. */
export function epochEndsOf(image: Image): Zxid[] {
  const ends: Zxid[] = [];
  for (const { last } of image.log) {
    const newest = ends.at(-1);
    if (newest !== undefined && epochOf(newest) === epochOf(last)) ends.pop();
    ends.push(last);
  }
  return ends;
}

/** The leader's question for a learner, answered from what is durable. */
export function answerRead(image: Image, read: SyncRead): SyncReadResult {
  const { id } = read;
  if (read.kind === "log") {
    const proposals = readLog(image, read.after, read.bytesMax);
    return proposals === undefined ? { id, kind: "gone" } : { id, kind: "log", proposals };
  }
  const snapshot =
    read.zxid === undefined
      ? image.snapshots.at(-1)
      : image.snapshots.find(({ zxid }) => zxid === read.zxid);
  const chunk = snapshot?.chunks[read.index];
  if (snapshot === undefined || chunk === undefined) return { id, kind: "gone" };
  const last = read.index === snapshot.chunks.length - 1;
  const part = { zxid: snapshot.zxid, index: read.index, last, chunk };
  return { id, kind: "snapshot", part, members: snapshot.members };
}

/** At least one proposal if there is one, then as many as fit; undefined if `after` was purged. */
function readLog(image: Image, after: Zxid, bytesMax: number): Proposal[] | undefined {
  if (after < image.logStart) return undefined;
  const from = indexAfter(image.log, after);
  const first = image.log[from];
  if (first !== undefined && first.first <= after) return undefined;
  const proposals: Proposal[] = [];
  let bytes = 0;
  for (let index = from; index < image.log.length; index++) {
    const proposal = image.log[index] as Proposal;
    bytes += proposal.payload.length;
    if (proposals.length > 0 && bytes > bytesMax) break;
    proposals.push(proposal);
  }
  return proposals;
}

/** Index of the first proposal that ends after `zxid`. */
export function indexAfter(log: readonly Proposal[], zxid: Zxid): number {
  let low = 0;
  let high = log.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((log[middle] as Proposal).last > zxid) high = middle;
    else low = middle + 1;
  }
  return low;
}

function stageChunk(image: Image, chunk: SnapshotChunk): void {
  const newest = image.staged.at(-1);
  const continues = newest?.zxid === chunk.zxid && newest.index + 1 === chunk.index;
  if (!continues && chunk.index !== 0) {
    throw new Violation("Storage", `chunk ${chunk.index} staged without the one before it`);
  }
  if (!continues) image.staged = [];
  image.staged.push(chunk);
}

function install(image: Image, { zxid, members }: { zxid: Zxid; members: Members }): void {
  const last = image.staged.at(-1);
  if (last?.zxid !== zxid || !last.last) {
    throw new Violation("Storage", `install of snapshot ${formatZxid(zxid)} that is not staged`);
  }
  image.snapshots = [{ zxid, members, chunks: image.staged.map(({ chunk }) => chunk) }];
  image.staged = [];
  image.log.length = 0;
  image.logStart = zxid;
}

function truncate(image: Image, to: Zxid): void {
  const { log } = image;
  const snapshotZxid = image.snapshots.at(-1)?.zxid ?? ZXID_ZERO;
  if (to < snapshotZxid || to < image.logStart) {
    throw new Violation("Storage", `truncation to ${formatZxid(to)}, which a snapshot covers`);
  }
  log.length = indexAfter(log, to);
  const last = lastZxidOf(image);
  if (last !== to) {
    const claim = `truncation to ${formatZxid(to)} leaves ${formatZxid(last)}`;
    throw new Violation("Storage", claim);
  }
}

function append(image: Image, proposal: Proposal): void {
  const last = lastZxidOf(image);
  if (proposal.previous !== last) {
    const claim = `append of ${formatZxid(proposal.first)} after ${formatZxid(proposal.previous)}`;
    throw new Violation("Storage", `${claim}, but the log ends with ${formatZxid(last)}`);
  }
  image.log.push(proposal);
}
