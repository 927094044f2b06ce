import type { Join } from "../discovery/join.ts";
import type { Ack, Commit } from "../packets.ts";
import type { PeerCore } from "../peer-core.ts";
import type { Proposal } from "../proposal.ts";
import { makeZxid, ZXID_ZERO, type Zxid } from "../zxid.ts";

/** Ticks for which a proposal may be behind the COMMIT that speaks of it. */
const LATE_TICKS_MAX = 2;

/** Phase 3 at a learner: log what is proposed, acknowledge what is durable, commit what is told. */
export class LearnerBroadcast {
  readonly #core: PeerCore;
  readonly #join: Join;
  /** What the leader has said; the own history may not reach so far yet. */
  #leaderCommitted: Zxid = ZXID_ZERO;
  #leaderProposed: Zxid = ZXID_ZERO;
  #expected: Zxid = ZXID_ZERO;
  #lateTicks = 0;
  #beat = 0;
  #ackDue = false;
  /** The end of what was acknowledged, or will be when a write in flight is done. */
  #acknowledged: Zxid = ZXID_ZERO;

  constructor(core: PeerCore, join: Join) {
    this.#core = core;
    this.#join = join;
  }

  get ackDue(): boolean {
    return this.#ackDue;
  }

  /** The leader has spoken of proposals that are not here, or a tick may find so. */
  get isMissingProposals(): boolean {
    return this.#core.history.lastZxid < Math.max(this.#expected, this.#leaderProposed);
  }

  /** A new attempt or a new epoch: nothing said before is remembered. */
  reset(): void {
    this.#leaderCommitted = ZXID_ZERO;
    this.#leaderProposed = ZXID_ZERO;
    this.#expected = ZXID_ZERO;
    this.#lateTicks = 0;
    this.#beat = 0;
    this.#ackDue = false;
    this.#acknowledged = ZXID_ZERO;
  }

  /** Returns false when there is a hole before this proposal. */
  onProposal(proposal: Proposal): boolean {
    const { history } = this.#core;
    if (proposal.last <= history.lastZxid) return true;
    if (proposal.previous !== history.lastZxid) return false;
    this.#core.append(proposal);
    history.commitTo(this.#leaderCommitted);
    return true;
  }

  onCommit(packet: Commit): void {
    this.commitTo(packet.committed);
    // An observer is told of what is committed only.
    const told = this.#core.config.observer ? packet.committed : packet.lastProposed;
    this.#leaderProposed = Math.max(this.#leaderProposed, told) as Zxid;
    if (packet.beat <= this.#beat) return;
    this.#beat = packet.beat;
    this.#ackDue = true;
  }

  commitTo(committed: Zxid): void {
    this.#leaderCommitted = Math.max(this.#leaderCommitted, committed) as Zxid;
    this.#core.history.commitTo(this.#leaderCommitted);
  }

  /** Acknowledge again what is durable: the leader may not have heard it. */
  requestAck(): void {
    this.#ackDue = true;
  }

  /** What was written before NEWLEADER came has no acknowledgement of its own. */
  persisted(): void {
    if (this.#core.history.durable > this.#acknowledged) this.#ackDue = true;
  }

  /** Returns whether the end of the leader's history was lost: nothing fills the gap. */
  tick(): boolean {
    if (this.#core.history.lastZxid >= this.#expected) {
      this.#expected = this.#leaderProposed;
      this.#lateTicks = 0;
      return false;
    }
    this.#lateTicks++;
    return this.#lateTicks >= LATE_TICKS_MAX;
  }

  /**
   * New work is acknowledged when it is durable. A heartbeat is echoed at once, with what is durable
   * already, and to the leader alone. Nothing is said before NEWLEADER itself is on disk.
   */
  sendAcks(): void {
    const { outbox, history, writes, hardState } = this.#core;
    const { epoch } = this.#join;
    if (epoch === undefined) return;
    if (this.#ackDue && writes.durableHardState.currentEpoch === epoch) {
      const { voice } = writes.durableHardState;
      outbox.send(this.#join.leader, this.#ack(history.durable, voice));
    }
    this.#ackDue = false;
    if (!outbox.hasWrites) return;
    outbox.sendAfterPersist("voters", this.#ack(history.lastZxid, hardState.voice));
  }

  #ack(upTo: Zxid, voice: boolean): Ack {
    const { storeId, hardState } = this.#core;
    const epoch = this.#join.epoch ?? hardState.currentEpoch;
    const zxid = Math.max(upTo, makeZxid(epoch, 0)) as Zxid;
    this.#acknowledged = Math.max(this.#acknowledged, zxid) as Zxid;
    return { type: "ACK", epoch, zxid, beat: this.#beat, storeId, voice };
  }
}
