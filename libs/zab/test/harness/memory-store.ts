import {
  type Admission,
  decodeMembers,
  EPOCH_ZERO,
  epochOf,
  type HardState,
  type Members,
  type Persist,
  type Proposal,
  type SnapshotChunk,
  type StoredHistory,
  type StoreId,
  type SyncRead,
  type SyncReadResult,
  ZXID_ZERO,
  type Zxid,
} from "../../src/index.ts";

interface Snapshot {
  readonly zxid: Zxid;
  readonly members: Members;
  readonly chunks: readonly Uint8Array[];
}

/** A data folder in memory: what a host's storage does with each write, in the plainest way. */
export class MemoryStore {
  readonly storeId: StoreId;
  hardState: HardState = { acceptedEpoch: EPOCH_ZERO, currentEpoch: EPOCH_ZERO, voice: false };
  committed: Zxid = ZXID_ZERO;
  log: Proposal[] = [];
  snapshot: Snapshot | undefined;
  #staged: SnapshotChunk[] = [];

  constructor(storeId: StoreId) {
    this.storeId = storeId;
  }

  get lastZxid(): Zxid {
    return this.log[this.log.length - 1]?.last ?? this.snapshot?.zxid ?? ZXID_ZERO;
  }

  write(persist: Persist): void {
    for (const chunk of persist.stage) {
      if (chunk.index === 0) this.#staged = [];
      this.#staged.push(chunk);
    }
    if (persist.install !== undefined) {
      const chunks = this.#staged.map(({ chunk }) => chunk);
      this.snapshot = { ...persist.install, chunks };
      this.log = [];
      this.#staged = [];
    }
    const { truncateAfter } = persist;
    if (truncateAfter !== undefined) this.log = this.log.filter((p) => p.last <= truncateAfter);
    for (const proposal of persist.append) {
      if (proposal.previous !== this.lastZxid) throw new Error(`a hole before ${proposal.first}`);
      this.log.push(proposal);
    }
    if (persist.hardState !== undefined) this.hardState = persist.hardState;
    this.committed = Math.max(this.committed, persist.committed) as Zxid;
  }

  read(read: SyncRead): SyncReadResult {
    const { id } = read;
    if (read.kind === "log") {
      const rows = this.log.filter((proposal) => proposal.first > read.after);
      const proposals = rows.slice(0, Math.max(1, Math.floor(read.bytesMax / 100)));
      return rows[0]?.previous === read.after
        ? { id, kind: "log", proposals }
        : { id, kind: "gone" };
    }
    const { snapshot } = this;
    const wanted = read.zxid ?? snapshot?.zxid;
    const chunk = snapshot?.chunks[read.index];
    if (snapshot === undefined || wanted !== snapshot.zxid || chunk === undefined) {
      return { id, kind: "gone" };
    }
    const { zxid, members } = snapshot;
    const { index } = read;
    const last = index === snapshot.chunks.length - 1;
    return { id, kind: "snapshot", members, part: { zxid, index, last, chunk } };
  }

  /** Takes a snapshot at `zxid` and deletes the log before it, as a host would. */
  purge(zxid: Zxid, chunks: readonly Uint8Array[]): void {
    const members = this.admissions().findLast((admission) => admission.zxid <= zxid)?.members;
    this.snapshot = { zxid, members: members ?? new Map(), chunks };
    this.log = this.log.filter((proposal) => proposal.first > zxid);
  }

  admissions(): Admission[] {
    const list: Admission[] = [];
    if (this.snapshot !== undefined) {
      const { zxid, members } = this.snapshot;
      list.push({ zxid, members });
    }
    for (const { kind, last, payload } of this.log) {
      if (kind === "admission") list.push({ zxid: last, members: decodeMembers(payload) });
    }
    return list;
  }

  load(): StoredHistory {
    this.#staged = [];
    const logStart = this.snapshot?.zxid ?? ZXID_ZERO;
    const ends = new Map<number, Zxid>();
    for (const { last } of this.log) ends.set(epochOf(last), last);
    return {
      storeId: this.storeId,
      hardState: this.hardState,
      snapshotZxid: logStart,
      committed: this.committed,
      proposals: this.log.filter((proposal) => proposal.last > this.committed),
      logStart,
      epochEnds: [logStart, ...ends.values()],
      admissions: this.admissions(),
    };
  }
}
