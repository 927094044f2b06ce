import {
  DataTree,
  OPEN_ACL_UNSAFE,
  type Origin,
  prepare,
  type Request,
  SnapshotWriter,
  TxnBatchWriter,
} from "@meerkat/tree";
import {
  type Envelope,
  EPOCH_ZERO,
  type Epoch,
  type Incarnation,
  Peer,
  type Proposal,
  type Ready,
  type ServerId,
  type StoreId,
  type SyncRead,
  type SyncReadResult,
  ZXID_ZERO,
  type Zxid,
} from "@meerkat/zab";

const SELF = 1 as ServerId;
const STORE = 7 as StoreId;
const CHUNK_BYTES = 512;
const LEADERS_OWN: Origin = { gateway: 0, number: 0 };

/** The only voter of its ensemble: the real peer and tree, with memory for a disk. */
export class LoneLeader {
  /** What it says, to whomever; the test carries it. */
  readonly sent: Envelope[] = [];
  readonly tree = new DataTree();
  onBarrier: (id: number, zxid: Zxid) => void = () => undefined;
  readonly #peer: Peer;
  readonly #batch = new TxnBatchWriter();
  #log: Proposal[] = [];
  #snapshot: { readonly zxid: Zxid; readonly chunks: readonly Uint8Array[] } | undefined;

  constructor() {
    const config = {
      self: SELF,
      voters: [SELF],
      observer: false,
      initLimitTicks: 20,
      syncLimitTicks: 4,
      idleBeatTicks: 1,
      lazyCommits: false,
      proposalsInFlightMax: 4,
      // Learners are served from the log and the snapshot, not from memory.
      committedWindowBytesMax: 0,
      syncChunkBytesMax: CHUNK_BYTES,
      counterMax: 1_000_000,
    };
    this.#peer = new Peer(config, 1 as Incarnation, {
      storeId: STORE,
      hardState: { acceptedEpoch: EPOCH_ZERO, currentEpoch: EPOCH_ZERO, voice: false },
      snapshotZxid: ZXID_ZERO,
      committed: ZXID_ZERO,
      proposals: [],
      logStart: ZXID_ZERO,
      epochEnds: [],
      admissions: [],
    });
    this.#peer.advise(SELF);
    this.#drain();
  }

  get epoch(): Epoch {
    return this.#peer.status.epoch;
  }

  get lastZxid(): Zxid {
    return this.#peer.status.lastZxid;
  }

  take(envelope: Envelope): void {
    this.#peer.step(envelope);
    this.#drain();
  }

  tick(): void {
    this.#peer.tick();
    this.#drain();
  }

  create(path: string, origin: Origin = LEADERS_OWN): void {
    this.propose([
      {
        origin,
        session: 0,
        credentials: [],
        operation: { type: "create", path, data: "", acl: OPEN_ACL_UNSAFE, mode: 0 },
      },
    ]);
  }

  /** One batch. With `digest` it claims another state than it leads to. */
  propose(requests: readonly Request[], digest?: string): void {
    const first = this.#peer.nextZxid;
    const time = 1_000;
    this.#batch.begin(first, time);
    for (const [index, request] of requests.entries()) {
      this.#batch.add(prepare(this.tree, request, { zxid: first + index, time }));
    }
    const payload = this.#batch.finish(digest ?? this.tree.digestHex);
    this.#peer.propose(payload, requests.length);
    this.#drain();
  }

  /** Proves its leadership, which a lone voter does at once; then `onBarrier` hears the zxid. */
  barrier(id: number): void {
    this.#peer.barrier(id);
    this.#drain();
  }

  /** Takes a snapshot and deletes the log behind it: whoever was not here needs the snapshot. */
  purge(): void {
    const writer = new SnapshotWriter(this.tree);
    const chunks: Uint8Array[] = [];
    for (let chunk = writer.next(CHUNK_BYTES); chunk; chunk = writer.next(CHUNK_BYTES)) {
      chunks.push(chunk);
    }
    this.#snapshot = { zxid: this.lastZxid, chunks };
    this.#log = [];
    this.#peer.purged(this.lastZxid);
    this.#drain();
  }

  #drain(): void {
    while (this.#peer.hasReady()) this.#carryOut(this.#peer.takeReady());
  }

  #carryOut(ready: Ready): void {
    this.sent.push(...ready.send);
    this.#log.push(...(ready.persist?.append ?? []));
    this.sent.push(...ready.sendAfterPersist);
    this.#peer.persisted(ready.number);
    for (const { last } of ready.deliver) this.tree.journal.commit(last);
    for (const { id, zxid } of ready.barriers) this.onBarrier(id, zxid);
    for (const read of ready.reads) this.#peer.provide(this.#read(read));
  }

  #read(read: SyncRead): SyncReadResult {
    const { id } = read;
    if (read.kind === "log") {
      const proposals = this.#log.filter(({ first }) => first > read.after);
      const isThere = proposals[0] === undefined || proposals[0].previous === read.after;
      return isThere ? { id, kind: "log", proposals: proposals.slice(0, 3) } : { id, kind: "gone" };
    }
    const { zxid, chunks } = this.#snapshot ?? { zxid: ZXID_ZERO, chunks: [] };
    const chunk = chunks[read.index];
    if (chunk === undefined || (read.zxid ?? zxid) !== zxid) return { id, kind: "gone" };
    const last = read.index === chunks.length - 1;
    const part = { zxid, index: read.index, last, chunk };
    return { id, kind: "snapshot", part, members: new Map([[SELF, STORE]]) };
  }
}
