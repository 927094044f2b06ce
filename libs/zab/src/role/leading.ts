import { LeaderBroadcast } from "../broadcast/leader-broadcast.ts";
import { LeaderDiscovery } from "../discovery/leader-discovery.ts";
import type { ServerId } from "../ids.ts";
import { invariant } from "../invariant.ts";
import type {
  Ack,
  AckEpoch,
  Commit,
  Envelope,
  FollowerInfo,
  ObserverInfo,
  SyncNext,
} from "../packets.ts";
import type { PeerCore } from "../peer-core.ts";
import type { Proposal } from "../proposal.ts";
import type { LearnerCounts, SyncReadResult, ZabState } from "../ready.ts";
import { LeaderSynchronization } from "../synchronization/leader-synchronization.ts";
import { nextAdmission } from "../voice/admission.ts";
import { encodeMembers } from "../voice/members-codec.ts";
import { counterOf, type Epoch, type Zxid } from "../zxid.ts";
import { Leadership } from "./leadership.ts";
import { dispatch, type Handlers, ignore, type Role } from "./role.ts";

/** One who leads, or is about to: through the three phases, and through them again for a turnover. */
export class Leading implements Role {
  readonly serverState = "LEADING";
  readonly #core: PeerCore;
  readonly #leadership: Leadership;
  readonly #discovery: LeaderDiscovery;
  readonly #synchronization: LeaderSynchronization;
  readonly #broadcast: LeaderBroadcast;
  readonly #handlers: Handlers;
  /** Why the next epoch is to be opened as soon as nothing is outstanding. */
  #turnoverBecause: string | undefined;

  constructor(core: PeerCore) {
    this.#core = core;
    this.#leadership = new Leadership(core);
    this.#discovery = new LeaderDiscovery(this.#leadership);
    this.#synchronization = new LeaderSynchronization(this.#leadership);
    this.#broadcast = new LeaderBroadcast(this.#leadership);
    this.#handlers = {
      FOLLOWERINFO: (envelope, packet) => this.#onFollowerInfo(envelope, packet),
      OBSERVERINFO: (envelope, packet) => this.#onObserverInfo(envelope, packet),
      ACKEPOCH: (envelope, packet) => this.#onAckEpoch(envelope, packet),
      SYNCNEXT: (envelope, packet) => this.#onSyncNext(envelope, packet),
      ACK: (envelope, packet) => this.#onAck(envelope, packet),
      COMMIT: (envelope, packet) => this.#onCommit(envelope, packet),
      LEADERINFO: ignore,
      TRUNC: ignore,
      DIFF: ignore,
      SNAP: ignore,
      NEWLEADER: ignore,
      UPTODATE: ignore,
      PROPOSAL: ignore,
      INFORM: ignore,
    };
    this.#discovery.begin();
    this.#advance();
  }

  get zabState(): ZabState {
    return this.#leadership.zabState;
  }

  get epoch(): Epoch {
    return this.#leadership.epoch ?? this.#core.hardState.currentEpoch;
  }

  get leader(): ServerId {
    return this.#core.self;
  }

  get established(): boolean {
    return this.#leadership.established;
  }

  get canPropose(): boolean {
    if (!this.established || this.#turnoverBecause !== undefined) return false;
    if (this.#core.history.membersInForce === undefined) return false;
    if (!this.#broadcast.hasDeliveredInitialHistory) return false;
    return this.#broadcast.outstanding < this.#core.config.proposalsInFlightMax;
  }

  get outstanding(): number {
    return this.#broadcast.outstanding;
  }

  /** The voters that follow, and those of them that have taken this leader's history over. */
  get learners(): LearnerCounts {
    const { syncLimitTicks } = this.#core.config;
    const heard = this.#leadership.learners
      .all()
      .filter(({ silentTicks }) => silentTicks <= syncLimitTicks);
    return {
      following: heard.length,
      synced: heard.filter(({ acknowledged }) => acknowledged).length,
    };
  }

  get nextZxid(): Zxid {
    return this.#broadcast.nextZxid;
  }

  propose(payload: Uint8Array, count: number): Proposal {
    invariant(this.canPropose, "a leader proposes while canPropose holds");
    const proposal = this.#broadcast.propose("txns", payload, count);
    const { counterMax } = this.#core.config;
    if (counterOf(proposal.last) >= counterMax) {
      this.#turnoverBecause = `the counter of epoch ${this.epoch} has reached ${counterMax}`;
    }
    return proposal;
  }

  barrier(id: number): void {
    if (this.established) this.#broadcast.barrier(id);
    else this.#core.outbox.barrierLost(id);
  }

  provide(result: SyncReadResult): void {
    this.#synchronization.provide(result);
  }

  step(envelope: Envelope): void {
    dispatch(this.#handlers, envelope);
    this.#advance();
  }

  tick(): void {
    const core = this.#core;
    this.#leadership.learners.tick();
    this.#discovery.repeatLeaderInfo();
    if (this.established) {
      if (!this.#hasQuorum()) {
        core.endRole(`no quorum was heard of for ${core.config.syncLimitTicks} ticks`);
        return;
      }
      this.#broadcast.tick();
    } else if (++this.#leadership.idleTicks > core.config.initLimitTicks) {
      core.endRole(`gave up after ${core.config.initLimitTicks} ticks: ${core.reason}`);
      return;
    }
    this.#advance();
  }

  get quietTicks(): number {
    if (!this.established || this.#discovery.isWaiting) return 0;
    const { quietTicks } = this.#broadcast;
    // Nor may the tick after them be the one that gives up.
    return this.#hasQuorum(quietTicks + 1) ? quietTicks : 0;
  }

  persisted(): void {
    this.#acknowledgeOwn();
    this.#advance();
  }

  get awaitsDisk(): boolean {
    return !this.established || this.#broadcast.awaitsDisk;
  }

  get hasWork(): boolean {
    return this.#broadcast.commitDue;
  }

  prepareReady(): void {
    if (this.established) this.#broadcast.sendCommit();
  }

  leave(): void {
    this.#broadcast.end();
    this.#core.electorate.founders = undefined;
  }

  /** Goes on as far as what is known allows, from whatever phase. */
  #advance(): void {
    if (this.#core.lookingBecause !== undefined) return;
    if (this.zabState === "DISCOVERY" && this.#discovery.advance()) this.#beginSynchronization();
    if (this.zabState === "SYNCHRONIZATION") this.#maybeEstablish();
    if (this.zabState !== "BROADCAST") return;
    this.#broadcast.advanceCommit();
    this.#maybeTurnOver();
    if (this.established && this.#turnoverBecause === undefined) this.#maybeAdmit();
  }

  #beginSynchronization(): void {
    const epoch = this.#leadership.openEpoch;
    this.#leadership.zabState = "SYNCHRONIZATION";
    this.#leadership.idleTicks = 0;
    this.#core.setHardState({ currentEpoch: epoch });
    this.#core.explain(`a quorum promised epoch ${epoch}`);
    this.#synchronizeThose(true);
  }

  /** Those who do not count are taken in by an established leader only. */
  #synchronizeThose(count: boolean): void {
    for (const record of this.#leadership.learners.all()) {
      const { ackEpoch, id } = record;
      if (ackEpoch === undefined || this.#leadership.counts(record) !== count) continue;
      this.#synchronization.begin(id, ackEpoch);
    }
  }

  #maybeEstablish(): void {
    const { acks, newLeaderZxid, learners } = this.#leadership;
    if (acks.zxidWatermark() < newLeaderZxid) return;
    this.#leadership.zabState = "BROADCAST";
    this.#core.explain(`a quorum acknowledged epoch ${this.epoch}`);
    this.#broadcast.begin();
    for (const { id, acknowledged } of learners.all()) if (acknowledged) this.#sendUpToDate(id);
    this.#synchronizeThose(false);
  }

  #maybeAdmit(): void {
    const members = nextAdmission(this.#leadership);
    if (members !== undefined) this.#broadcast.propose("admission", encodeMembers(members), 1);
  }

  #maybeTurnOver(): void {
    if (this.#turnoverBecause === undefined) return;
    const { committed, lastZxid } = this.#core.history;
    if (committed < lastZxid) return;
    this.#core.explain(this.#turnoverBecause);
    this.#turnoverBecause = undefined;
    this.#broadcast.end();
    this.#discovery.begin();
    this.#advance();
  }

  #onFollowerInfo(envelope: Envelope, packet: FollowerInfo): void {
    const { from } = envelope;
    if (!this.#leadership.isVoter(from)) return;
    // Asking to follow is not following: it may have promised too much to be taken in here.
    this.#discovery.onFollowerInfo(envelope, packet);
    if (this.established && packet.acceptedEpoch > this.epoch) {
      this.#turnoverBecause ??= `server ${from} has promised epoch ${packet.acceptedEpoch}`;
    }
  }

  /** Observers are told of an established epoch only; they have no part in establishing it. */
  #onObserverInfo(envelope: Envelope, packet: ObserverInfo): void {
    if (!this.established || this.#leadership.isVoter(envelope.from)) return;
    const { attempt } = packet;
    this.#core.outbox.send(envelope.from, { type: "LEADERINFO", attempt, epoch: this.epoch });
  }

  #onAckEpoch(envelope: Envelope, packet: AckEpoch): void {
    const { from } = envelope;
    if (!this.#leadership.isVoter(from)) {
      const current = this.established && packet.epoch === this.epoch;
      if (current) this.#synchronization.begin(from, packet);
      return;
    }
    const record = this.#discovery.onAckEpoch(envelope, packet);
    if (record === undefined) return;
    this.#leadership.learners.heard(from);
    if (this.zabState === "DISCOVERY") return;
    if (this.established || this.#leadership.counts(record)) {
      this.#synchronization.begin(from, packet);
    }
  }

  #onSyncNext(envelope: Envelope, packet: SyncNext): void {
    const { from } = envelope;
    if (this.zabState === "DISCOVERY" || packet.epoch !== this.epoch) return;
    if (this.#leadership.isVoter(from)) {
      if (this.#leadership.learners.find(envelope, packet.attempt) === undefined) return;
      this.#leadership.learners.heard(from);
      this.#leadership.idleTicks = 0;
    } else if (!this.established) return;
    this.#synchronization.onSyncNext(from, packet);
  }

  #onAck({ from }: Envelope, packet: Ack): void {
    if (this.zabState === "DISCOVERY" || packet.epoch !== this.epoch) return;
    const { acks, learners, newLeaderZxid } = this.#leadership;
    const reachable = Math.max(this.#core.history.lastZxid, newLeaderZxid);
    if (!this.#leadership.isVoter(from) || packet.zxid > reachable) return;
    learners.heard(from);
    acks.record(from, packet);
    const record = learners.get(from);
    if (record === undefined || record.storeId !== packet.storeId || record.acknowledged) return;
    record.acknowledged = true;
    record.voice ||= packet.voice;
    if (this.established) this.#sendUpToDate(from);
  }

  #onCommit({ from }: Envelope, packet: Commit): void {
    const known = this.#leadership.epoch ?? this.#core.hardState.acceptedEpoch;
    if (packet.epoch <= known) return;
    this.#core.endRole(`server ${from} leads the higher epoch ${packet.epoch}`);
  }

  #sendUpToDate(to: ServerId): void {
    const record = this.#leadership.learners.get(to);
    if (record === undefined) return;
    const { committed } = this.#core.history;
    const { attempt } = record;
    this.#core.outbox.send(to, { type: "UPTODATE", attempt, epoch: this.epoch, committed });
  }

  /** The own disk counts like everyone's: once it has kept the epoch, up to what it has kept. */
  #acknowledgeOwn(): void {
    if (this.zabState === "DISCOVERY") return;
    const { history, writes, storeId, hardState, self } = this.#core;
    if (writes.durableHardState.currentEpoch !== this.epoch) return;
    const { acks, newLeaderZxid } = this.#leadership;
    const zxid = Math.max(history.durable, newLeaderZxid) as Zxid;
    acks.record(self, { storeId, voice: hardState.voice, zxid, beat: 0 });
  }

  /** Now, and for so many ticks more without hearing of anybody. */
  #hasQuorum(moreTicks = 0): boolean {
    const { learners } = this.#leadership;
    const { self, quorum, config } = this.#core;
    return quorum.contains((voter) => {
      if (voter === self) return true;
      const record = learners.get(voter);
      if (record === undefined || record.silentTicks + moreTicks > config.syncLimitTicks)
        return false;
      return this.#leadership.counts(record);
    });
  }
}
