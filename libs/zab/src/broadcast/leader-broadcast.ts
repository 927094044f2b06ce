import { invariant } from "../invariant.ts";
import type { Proposal } from "../proposal.ts";
import type { Leadership } from "../role/leadership.ts";
import { COUNTER_MAX, counterOf, epochOf, makeZxid, ZXID_ZERO, type Zxid } from "../zxid.ts";
import { Barriers } from "./barriers.ts";

/** Phase 3 at the leader: propose in order, commit what a quorum made durable, keep the beat. */
export class LeaderBroadcast {
  readonly #leadership: Leadership;
  readonly #barriers: Barriers;
  /** Proposed in this epoch and not committed. */
  #outstanding: Proposal[] = [];
  #beat = 0;
  /** The end of the initial history of this epoch. */
  #initialEnd: Zxid = ZXID_ZERO;
  #nextBeatDue = false;
  #ticksSinceBeat = 0;
  #commitDue = false;
  /** The newest commit that the learners were told of. */
  #told: Zxid = ZXID_ZERO;
  /** An admission is proposed: who counts changes with its commit. */
  #admits = false;

  constructor(leadership: Leadership) {
    this.#leadership = leadership;
    this.#barriers = new Barriers(leadership.core.outbox);
  }

  get outstanding(): number {
    return this.#outstanding.length;
  }

  /** A primary broadcasts only after it has delivered what earlier ones committed (primary integrity). */
  get hasDeliveredInitialHistory(): boolean {
    return this.#leadership.core.history.delivered >= this.#initialEnd;
  }

  get commitDue(): boolean {
    return this.#commitDue;
  }

  /**
   * Whether a confirmation of the leader's own disk would commit or deliver something. Usually the followers'
   * acknowledgements come later, and nobody waits for the disk until the first of them is here.
   */
  get awaitsDisk(): boolean {
    const { acks, core } = this.#leadership;
    const { lastZxid, durable } = core.history;
    return acks.zxidWatermarkWith(core.self, lastZxid) > durable;
  }

  get nextZxid(): Zxid {
    const { core, openEpoch } = this.#leadership;
    const { lastZxid } = core.history;
    const counter = epochOf(lastZxid) === openEpoch ? counterOf(lastZxid) : 0;
    return makeZxid(openEpoch, counter + 1);
  }

  /** The epoch is established: what it began with is committed by the same quorum. */
  begin(): void {
    this.#outstanding = [];
    this.#initialEnd = this.#leadership.core.history.lastZxid;
    this.#beat = 0;
    this.#told = ZXID_ZERO;
    this.#admits = false;
    this.nextBeat();
    this.advanceCommit();
  }

  end(): void {
    this.#outstanding = [];
    this.#commitDue = false;
    this.#barriers.lose();
  }

  propose(kind: Proposal["kind"], payload: Uint8Array, count: number): Proposal {
    const { core, openEpoch: epoch } = this.#leadership;
    const first = this.nextZxid;
    invariant(Number.isInteger(count) && count >= 1, "a batch is not empty", count);
    const lastCounter = counterOf(first) + count - 1;
    invariant(lastCounter <= COUNTER_MAX, "the batch fits into the epoch's counter", lastCounter);
    const previous = core.history.lastZxid;
    const last = makeZxid(epoch, lastCounter);
    const proposal: Proposal = { previous, first, last, kind, payload };
    core.append(proposal);
    const { committed } = core.history;
    core.outbox.send("followers", { type: "PROPOSAL", epoch, committed, proposal });
    this.#told = committed;
    this.#admits ||= kind === "admission";
    this.#outstanding.push(proposal);
    return proposal;
  }

  /**
   * Commits what a quorum holds. A commit may admit a store whose acknowledgements count from then on.
   *
   * Observers are sent what is committed, once it is. Followers serve nobody: with `lazyCommits` they
   * are told with the next proposal, or the next tick. Only what changes the part of others is told
   * to all at once: that an epoch commits at all, and who counts in it.
   */
  advanceCommit(): void {
    const { acks, core } = this.#leadership;
    let hasAdvanced = false;
    while (core.history.commitTo(acks.zxidWatermark())) hasAdvanced = true;
    if (hasAdvanced && this.#isCommitUrgent) {
      this.#commitDue = true;
      this.#admits = false;
    }
    if (hasAdvanced) this.#inform(core.history.committed);
    this.#confirmBarriers();
  }

  /** While something is outstanding, each tick asks again for what may have been lost. */
  tick(): void {
    const { idleBeatTicks } = this.#leadership.core.config;
    this.#ticksSinceBeat++;
    const hasNews = this.outstanding > 0 || this.#hasUntold;
    if (hasNews || this.#ticksSinceBeat >= idleBeatTicks) this.nextBeat();
  }

  #inform(committed: Zxid): void {
    const { core, openEpoch: epoch } = this.#leadership;
    let done = 0;
    for (const proposal of this.#outstanding) {
      if (proposal.last > committed) break;
      core.outbox.send("observers", { type: "INFORM", epoch, proposal });
      done++;
    }
    if (done > 0) this.#outstanding.splice(0, done);
  }

  #confirmBarriers(): void {
    if (!this.#barriers.isEmpty) this.#barriers.confirm(this.#leadership.acks.beatWatermark());
  }

  get #isCommitUrgent(): boolean {
    const isLazy = this.#leadership.core.config.lazyCommits;
    return !isLazy || this.#admits || this.#told <= this.#initialEnd;
  }

  get #hasUntold(): boolean {
    return this.#told < this.#leadership.core.history.committed;
  }

  /** Ticks before the one that brings the next beat. */
  get quietTicks(): number {
    if (this.outstanding > 0 || this.#hasUntold) return 0;
    return this.#leadership.core.config.idleBeatTicks - 1 - this.#ticksSinceBeat;
  }

  nextBeat(): void {
    this.#ticksSinceBeat = 0;
    this.#nextBeatDue = true;
    this.#commitDue = true;
  }

  barrier(id: number): void {
    this.#barriers.add({ id, zxid: this.#leadership.core.history.lastZxid, beat: this.#beat + 1 });
    this.nextBeat();
  }

  /** One COMMIT per Ready, whatever happened since the last. */
  sendCommit(): void {
    if (!this.#commitDue) return;
    const { core, openEpoch: epoch, acks } = this.#leadership;
    if (this.#nextBeatDue) this.#beat++;
    this.#commitDue = false;
    this.#nextBeatDue = false;
    const { committed, lastZxid: lastProposed } = core.history;
    const beat = this.#beat;
    this.#told = committed;
    core.outbox.send("learners", { type: "COMMIT", epoch, committed, lastProposed, beat });
    const { storeId, hardState } = core;
    acks.record(core.self, { storeId, voice: hardState.voice, zxid: 0 as Zxid, beat });
    this.#confirmBarriers();
  }
}
