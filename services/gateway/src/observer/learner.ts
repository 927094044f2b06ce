import {
  type ApplySink,
  DataTree,
  type DataTreeOptions,
  SnapshotLoader,
  TxnBatchReader,
} from "@meerkat/tree";
import {
  type Envelope,
  type Epoch,
  formatZxid,
  type Incarnation,
  Peer,
  type PeerConfig,
  type PeerStatus,
  type Persist,
  type Proposal,
  type Ready,
  ZXID_ZERO,
  type Zxid,
} from "@meerkat/zab";
import { ApplyQueue } from "./apply-queue.ts";
import { Chronicle, type ChronicleLog } from "./chronicle.ts";
import { emptyHistory } from "./empty-history.ts";
import { LearnerCounters } from "./learner-counters.ts";
import type { ObserverLimits } from "./limits.ts";

/** What the learner tells the rooms around it, always between two batches of txns. */
export interface LearnerEvents {
  /** A batch begins to be applied, at `nowMs`. */
  onApplying(nowMs: number): void;
  /** A batch was applied and its digest held, or `position` moved on without one. */
  onApplied(position: Zxid): void;
  /** The last batch did not lead to the leader's digest: nobody may be told what it answered. */
  onDiverged(): void;
  /**
   * A snapshot took the place of the tree: txns in between were not applied one by one. The tree is
   * not whole before the next `onCaughtUp`.
   */
  onReplaced(): void;
  /** `epoch` is established and its initial history is applied. */
  onCaughtUp(epoch: Epoch): void;
  /** The leader is gone, or another epoch has begun. */
  onLeaderLost(): void;
}

export interface LearnerOptions {
  readonly config: PeerConfig;
  readonly incarnation: Incarnation;
  readonly limits: ObserverLimits;
  readonly tree?: Partial<DataTreeOptions>;
  readonly send: (envelopes: readonly Envelope[]) => void;
  readonly sink: ApplySink;
  readonly events: LearnerEvents;
  readonly nowMs: () => number;
  readonly later: (action: () => void) => void;
  readonly log: LearnerLog;
}

export interface LearnerLog extends ChronicleLog {
  error(fields: object, message: string): void;
}

/**
 * The gateway's replica of the tree: a ZAB observer whose history is in memory only, so that every
 * Ready is confirmed at once.
 *
 * While there is much to apply, requests for more history are held back, so that a long
 * synchronization stays as fast as applying is and takes no more memory than `applyAheadBytesMax`
 * and a message. In broadcast nobody can be held back: beyond `applyBacklogBytesMax` messages are
 * dropped as if they were lost on the way, and what they held is synchronized later.
 */
export class Learner {
  readonly counters = new LearnerCounters();
  readonly #options: LearnerOptions;
  readonly #queue: ApplyQueue;
  readonly #chronicle: Chronicle;
  /** Requests for more history, until there is room for it. */
  #heldBack: Envelope[] = [];
  #peer: Peer;
  #peersMade = 0;
  #tree: DataTree;
  #position: Zxid = ZXID_ZERO;
  #loader: SnapshotLoader | undefined = undefined;
  #caughtUpEpoch: Epoch | undefined = undefined;
  /** An established epoch that is not caught up with: its initial history ends at `to` or before. */
  #catchUp: { readonly epoch: Epoch; readonly to: Zxid } | undefined = undefined;
  #hasDiverged = false;
  #isDraining = false;

  constructor(options: LearnerOptions) {
    this.#options = options;
    this.#chronicle = new Chronicle(options.log, options.nowMs);
    this.#tree = new DataTree(options.tree);
    this.#peer = this.#makePeer();
    this.#queue = new ApplyQueue({
      sliceMs: options.limits.applySliceMs,
      nowMs: options.nowMs,
      later: options.later,
      apply: (proposal, nowMs) => this.#apply(proposal, nowMs),
      onDrained: () => this.#onDrained(),
    });
  }

  get tree(): DataTree {
    return this.#tree;
  }

  get status(): PeerStatus {
    return this.#peer.status;
  }

  /** Everything up to here is applied. */
  get position(): Zxid {
    return this.#position;
  }

  /** Delivered and not applied yet. */
  get backlogBytes(): number {
    return this.#queue.bytes;
  }

  /** A part of the current leader's established epoch, whose initial history is applied. */
  get isServing(): boolean {
    const { zabState, established } = this.status;
    return this.#caughtUpEpoch !== undefined && zabState === "BROADCAST" && established;
  }

  /** How many of the coming ticks do nothing but count (see Peer). */
  get quietTicks(): number {
    return this.isServing ? this.#peer.quietTicks : 0;
  }

  receive(envelope: Envelope): void {
    if (this.#queue.bytes > this.#options.limits.applyBacklogBytesMax) return;
    this.#peer.step(envelope);
    this.#drain();
  }

  tick(): void {
    this.#peer.tick();
    this.#drain();
    this.#chronicle.onTick(this.status);
  }

  #drain(): void {
    this.#isDraining = true;
    while (!this.#hasDiverged && this.#peer.hasReady()) this.#carryOut(this.#peer.takeReady());
    this.#isDraining = false;
    if (this.#hasDiverged) this.#startOver();
  }

  #carryOut(ready: Ready): void {
    if (ready.persist !== undefined) this.#takeSnapshot(ready.persist);
    if (ready.deliver.length > 0) this.#queue.push(ready.deliver);
    if (this.#hasDiverged) return;
    this.#send(ready.send);
    this.#options.send(ready.sendAfterPersist);
    this.#peer.persisted(ready.number);
    if (ready.status !== undefined) this.#onStatus(ready.status);
  }

  #send(envelopes: readonly Envelope[]): void {
    const isFull = this.#queue.bytes > this.#options.limits.applyAheadBytesMax;
    if (!isFull || !envelopes.some(asksForMore)) {
      this.#options.send(envelopes);
      return;
    }
    this.#options.send(envelopes.filter((envelope) => !asksForMore(envelope)));
    this.#heldBack = envelopes.filter(asksForMore);
  }

  #takeSnapshot(persist: Persist): void {
    for (const part of persist.stage) {
      if (part.index === 0 || this.#loader === undefined) {
        this.#loader = new SnapshotLoader(this.#options.tree);
      }
      this.#loader.load(part.chunk);
    }
    if (persist.install === undefined || this.#loader === undefined) return;
    this.#queue.clear();
    this.#tree = this.#loader.finish();
    this.#loader = undefined;
    this.#position = persist.install.zxid;
    this.#options.log.info(
      { zxid: formatZxid(this.#position), znodes: this.#tree.znodeCount },
      "The leader's snapshot took the place of the tree",
    );
    this.counters.replacements += 1;
    this.#lose();
    this.#options.events.onReplaced();
  }

  #apply(proposal: Proposal, nowMs: number): void {
    if (this.#hasDiverged) return;
    this.#options.events.onApplying(nowMs);
    if (proposal.kind === "txns") this.#applyTxns(proposal);
    if (this.#hasDiverged) return;
    this.#position = proposal.last;
    this.#options.events.onApplied(proposal.last);
  }

  #applyTxns(proposal: Proposal): void {
    const batch = new TxnBatchReader(proposal.payload);
    const { sink } = this.#options;
    let zxid: number = proposal.first;
    for (let txn = batch.next(); txn !== undefined; txn = batch.next()) {
      this.#tree.apply(txn, zxid, sink);
      zxid += 1;
    }
    this.counters.onApplied(batch.count, batch.time, this.isServing);
    // A snapshot is taken while txns go on, so the tree is a mixture until those have come by.
    if (batch.digest === undefined || proposal.last < this.#tree.consistentFrom) return;
    const digest = this.#tree.digestHex;
    if (digest === batch.digest) return;
    this.#hasDiverged = true;
    this.counters.divergences += 1;
    this.#options.log.error(
      { zxid: formatZxid(proposal.last), digest, leaderDigest: batch.digest },
      "This gateway's tree differs from the leader's. It is dropped and fetched anew; " +
        "nothing of it is served",
    );
    this.#options.events.onDiverged();
  }

  #onDrained(): void {
    if (this.#hasDiverged) {
      if (!this.#isDraining) this.#startOver();
      return;
    }
    const heldBack = this.#heldBack;
    if (heldBack.length > 0) {
      this.#heldBack = [];
      this.#options.send(heldBack);
    }
    this.#maybeCaughtUp();
  }

  #onStatus(status: PeerStatus): void {
    this.#chronicle.onStatus(status);
    const { serverState, zabState, established, epoch, lastZxid } = status;
    if (zabState !== "BROADCAST" || !established) {
      this.#catchUp = undefined;
      if (serverState === "LOOKING" || epoch !== this.#caughtUpEpoch) this.#lose();
    } else if (this.#caughtUpEpoch !== epoch) {
      this.#lose();
      this.#catchUp = { epoch, to: lastZxid };
      this.#maybeCaughtUp();
    }
  }

  #maybeCaughtUp(): void {
    const goal = this.#catchUp;
    if (goal === undefined) return;
    if (this.#position < Math.max(goal.to, this.#tree.consistentFrom)) return;
    this.#catchUp = undefined;
    this.#caughtUpEpoch = goal.epoch;
    this.#chronicle.onServing(this.status, this.counters.appliedTxns);
    this.#options.events.onCaughtUp(goal.epoch);
  }

  #lose(): void {
    if (this.#caughtUpEpoch === undefined) return;
    this.#caughtUpEpoch = undefined;
    this.#chronicle.onLost(this.status, this.counters.appliedTxns);
    this.#options.events.onLeaderLost();
  }

  /** From nothing, as a new incarnation: packets to the old one are not for this one. */
  #startOver(): void {
    this.#hasDiverged = false;
    this.#lose();
    this.#catchUp = undefined;
    this.#queue.clear();
    this.#heldBack = [];
    this.#loader = undefined;
    this.#tree = new DataTree(this.#options.tree);
    this.#position = ZXID_ZERO;
    this.#peer = this.#makePeer();
  }

  #makePeer(): Peer {
    const incarnation = (this.#options.incarnation + this.#peersMade) as Incarnation;
    this.#peersMade += 1;
    return new Peer(this.#options.config, incarnation, emptyHistory());
  }
}

function asksForMore(envelope: Envelope): boolean {
  return envelope.packet.type === "SYNCNEXT";
}
