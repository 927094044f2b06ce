import type { ServerId, StoreId } from "../ids.ts";
import type { AckEpoch, Envelope, FollowerInfo } from "../packets.ts";
import type { PeerCore } from "../peer-core.ts";
import type { Leadership } from "../role/leadership.ts";
import { EPOCH_MAX, type Epoch, makeEpoch } from "../zxid.ts";
import type { LearnerRecord } from "./learner-table.ts";
import { isMoreRecentThan, type StateSummary } from "./state-summary.ts";

/**
 * Phase 1 at a prospective leader: a quorum tells what it promised, the leader chooses a higher
 * epoch, a quorum promises it and tells its history, and nobody in that quorum knows more.
 *
 * An empty history makes it a founding: then all voters must be there, and all be empty.
 */
export class LeaderDiscovery {
  readonly #leadership: Leadership;
  /** What this server knew when it began; a learner that knew more ends the leadership. */
  #own: StateSummary;

  constructor(leadership: Leadership) {
    this.#leadership = leadership;
    this.#own = ownSummary(leadership.core);
  }

  /** Chooses an epoch anew, now or once enough voters are known. */
  begin(): void {
    const { learners, acks, core } = this.#leadership;
    this.#own = ownSummary(core);
    this.#leadership.zabState = "DISCOVERY";
    this.#leadership.epoch = undefined;
    this.#leadership.idleTicks = 0;
    core.electorate.founders = undefined;
    acks.clear();
    learners.forgetAnswers();
  }

  onFollowerInfo(envelope: Envelope, packet: FollowerInfo): void {
    const { learners, core, epoch } = this.#leadership;
    const record = learners.onFollowerInfo(envelope, packet);
    if (record === undefined) return;
    if (core.history.isEmpty && packet.lastZxid > 0) {
      core.endRole(`server ${envelope.from} has a history and this one has none`);
      return;
    }
    if (epoch === undefined) return;
    if (packet.acceptedEpoch <= epoch) this.sendLeaderInfo(record);
    else if (!this.#leadership.established && this.#mayJoin(record)) this.begin();
  }

  /** Returns the record when this answer is new to the present epoch. */
  onAckEpoch(envelope: Envelope, packet: AckEpoch): LearnerRecord | undefined {
    const { learners, core, epoch, established } = this.#leadership;
    const record = learners.find(envelope, packet.attempt);
    if (record === undefined || packet.epoch !== epoch) return undefined;
    record.storeId = packet.storeId;
    record.voice = packet.voice;
    record.acceptedEpoch = packet.epoch;
    if (!established && this.#mayJoin(record)) {
      if (!this.#isOfThisEpoch(packet) && isMoreRecentThan(packet, this.#own)) {
        core.endRole(`server ${envelope.from} has a more recent history`);
        return undefined;
      }
      // The number was promised to someone else: only a higher one can be ours.
      if (!packet.promised && this.#leadership.zabState === "DISCOVERY") {
        this.begin();
        return undefined;
      }
    }
    record.ackEpoch = packet;
    return record;
  }

  /**
   * It has taken our history over already and comes back while others still do. Its currentEpoch is
   * higher than the one we began with, but what it knows is ours: only one leader of an epoch gets
   * beyond discovery.
   */
  #isOfThisEpoch(packet: AckEpoch): boolean {
    return this.#leadership.zabState !== "DISCOVERY" && packet.currentEpoch === packet.epoch;
  }

  /** Moves on when enough is known. Returns whether discovery is finished. */
  advance(): boolean {
    if (this.#leadership.epoch === undefined) this.#maybeOpenEpoch();
    return this.#leadership.epoch !== undefined && this.#isAcknowledged();
  }

  /** To those who were not heard to promise: LEADERINFO, or the answer to it, may have been lost. */
  repeatLeaderInfo(): void {
    if (this.#leadership.epoch === undefined) return;
    for (const record of this.#leadership.learners.all()) {
      if (this.#owesAnswer(record)) this.sendLeaderInfo(record);
    }
  }

  /** LEADERINFO is on its way to somebody, and will be repeated. */
  get isWaiting(): boolean {
    return this.#leadership.learners.all().some((record) => this.#owesAnswer(record));
  }

  #owesAnswer({ silentTicks, ackEpoch }: LearnerRecord): boolean {
    const alive = silentTicks <= this.#leadership.core.config.syncLimitTicks;
    return alive && ackEpoch === undefined;
  }

  sendLeaderInfo(record: LearnerRecord): void {
    const { core, openEpoch: epoch } = this.#leadership;
    const packet = { type: "LEADERINFO", attempt: record.attempt, epoch } as const;
    const isDurable = core.writes.durableHardState.acceptedEpoch >= epoch;
    if (isDurable) core.outbox.send(record.id, packet);
    else core.outbox.sendAfterPersist(record.id, packet);
  }

  get #isFounding(): boolean {
    return this.#leadership.core.history.isEmpty;
  }

  /** Nobody is admitted yet in a founding, and everybody is needed. */
  #mayJoin(record: LearnerRecord): boolean {
    return this.#isFounding || this.#leadership.counts(record);
  }

  #maybeOpenEpoch(): void {
    const { core, learners } = this.#leadership;
    const missing = this.#missing((record) => this.#mayJoin(record));
    if (missing !== undefined) {
      core.explain(missing);
      return;
    }
    let highest = core.hardState.acceptedEpoch;
    for (const record of learners.all()) {
      highest = Math.max(highest, record.acceptedEpoch) as Epoch;
    }
    if (highest >= EPOCH_MAX) {
      core.endRole(`epoch ${highest} is the last one: the ensemble's epochs are used up`);
      return;
    }
    const epoch = makeEpoch(highest + 1);
    this.#leadership.epoch = epoch;
    core.setHardState({ acceptedEpoch: epoch });
    core.promise = { epoch, leader: core.self, incarnation: core.incarnation };
    core.explain(`opening epoch ${epoch}`);
    for (const record of learners.all()) this.sendLeaderInfo(record);
  }

  #isAcknowledged(): boolean {
    const { core, openEpoch } = this.#leadership;
    if (core.writes.durableHardState.acceptedEpoch !== openEpoch) return false;
    const promised = (record: LearnerRecord) =>
      record.ackEpoch?.promised === true && this.#mayJoin(record);
    if (this.#missing(promised) !== undefined) return false;
    if (this.#isFounding) core.electorate.founders = this.#founders();
    return true;
  }

  #founders(): ReadonlyMap<ServerId, StoreId> {
    const { core, learners } = this.#leadership;
    const founders = new Map([[core.self, core.storeId]]);
    for (const { id, storeId } of learners.all()) founders.set(id, storeId);
    return founders;
  }

  /** Undefined when enough voters are ready; otherwise the sentence that says whom we wait for. */
  #missing(isReady: (record: LearnerRecord) => boolean): string | undefined {
    const { core, learners } = this.#leadership;
    const ready = (voter: ServerId) => {
      if (voter === core.self) return true;
      const record = learners.get(voter);
      return record !== undefined && isReady(record);
    };
    const absent = core.quorum.voters.filter((voter) => !ready(voter));
    const enough = this.#isFounding ? absent.length === 0 : core.quorum.contains(ready);
    if (enough) return undefined;
    return this.#isFounding
      ? `founding needs every voter; missing: ${absent.join(", ")}`
      : `waiting for a quorum; not heard of: ${absent.join(", ")}`;
  }
}

function ownSummary({ hardState, history }: PeerCore): StateSummary {
  return { currentEpoch: hardState.currentEpoch, lastZxid: history.lastZxid };
}
