import type { ServerId } from "../ids.ts";
import { invariant } from "../invariant.ts";
import { chooseFounder } from "./assembly.ts";
import { describeElection } from "./describe-election.ts";
import type { ElectionConfig } from "./election-config.ts";
import { findLeader } from "./established-leader.ts";
import { Heard } from "./heard.ts";
import type { Advice, Notification, ReplicaState } from "./messages.ts";
import { compareVotes, sameVote, type Vote } from "./vote.ts";

/** What the host has to send: to all electors, and to its own replica. */
export interface ElectionReady {
  readonly notification: Notification | undefined;
  readonly advice: Advice | undefined;
  /** The replica is to report its state now: somebody waits for it. */
  readonly question: boolean;
}

interface Decision {
  readonly leader: ServerId;
  readonly at: number;
}

/**
 * ZooKeeper's Fast Leader Election for one replica, as a pure state machine. The host feeds it the
 * replica's state, other electors' notifications and ticks, and sends what `takeReady` holds.
 *
 * It only advises: ZAB proves in discovery that a leader has a quorum and its history, and a server
 * that follows bad advice merely loses time.
 */
export class FastLeaderElection {
  readonly #config: ElectionConfig;
  readonly #heard: Heard;
  #now = 0;
  #own: ReplicaState | undefined;
  #ownHeardAt = 0;
  /** What was heard before the replica began to look. */
  #heardBeforeLooking = 0;
  /** logicalClock. */
  #round = 0;
  #vote: Vote | undefined;
  #votedAt = 0;
  #agreedSince: number | undefined;
  #hearsay: { readonly leader: ServerId; readonly since: number } | undefined;
  #decision: Decision | undefined;
  #notifiedAt = 0;
  #repliedAt = -1;
  #mustNotify = false;
  /** Somebody who looks waits for our word. */
  #mustReply = false;
  /** A new elector knows nothing of its replica, which may have nothing to report for long. */
  #mustAsk = true;
  #mustAdvise = false;

  constructor(config: ElectionConfig) {
    invariant(config.voters.includes(config.self), "an elector's server is a voter", config.self);
    this.#config = config;
    this.#heard = new Heard(config.peerSilenceTicks);
  }

  /** What the own replica reports; again and again, also without a change. */
  replicaState(state: ReplicaState): void {
    const before = this.#own;
    if (before !== undefined && state.incarnation < before.incarnation) return;
    this.#own = state;
    this.#ownHeardAt = this.#now;
    if (before !== undefined && sameState(before, state)) return;
    if (state.serverState === "LOOKING") {
      if (before?.serverState !== "LOOKING") this.#heardBeforeLooking = this.#heard.count;
      this.#startRound(state);
    } else {
      this.#endRound();
    }
    this.#evaluate();
  }

  /** A notification of another elector. */
  step(notification: Notification): void {
    const { from, vote } = notification;
    const { self, voters } = this.#config;
    if (from === self || !voters.includes(from) || !voters.includes(vote.leader)) return;
    const isNew = this.#heard.of(from) === undefined;
    this.#heard.record(notification, this.#now);
    const own = this.#own;
    if (notification.serverState === "LOOKING") this.#onQuestion(own, isNew);
    if (own === undefined) return;
    if (own.serverState === "LOOKING" && notification.serverState === "LOOKING") {
      this.#onLooking(own, notification);
    }
    this.#evaluate();
  }

  /**
   * How many of the coming ticks change nothing, whatever else happens: while the replica leads or
   * follows there is only its silence to be noticed.
   */
  get quietTicks(): number {
    const own = this.#own;
    if (own === undefined) return this.#config.claimSilenceTicks;
    const isReplying = this.#mustReply && this.#isFresh(own);
    if (own.serverState === "LOOKING" || isReplying || this.hasReady()) return 0;
    return Math.max(0, this.#config.claimSilenceTicks - (this.#now - this.#ownHeardAt));
  }

  /** `count` ticks have passed; all but the last of them were quiet. */
  tick(count = 1): void {
    this.#now += count;
    this.#heard.expire(this.#now);
    this.#forgetSilentReplica();
    const own = this.#own;
    if (own?.serverState !== "LOOKING") return;
    if (this.#decision !== undefined) this.#repeatAdvice(own, this.#decision);
    else if (this.#candidateVanished()) this.#startRound(own);
    if (this.#now - this.#notifiedAt >= this.#config.resendTicks) this.#mustNotify = true;
    this.#evaluate();
  }

  hasReady(): boolean {
    return this.#mustNotify || this.#mustAdvise || this.#mustAsk || this.#mayReply();
  }

  takeReady(): ElectionReady {
    const question = this.#mustAsk;
    this.#mustAsk = false;
    return { notification: this.#takeNotification(), advice: this.#takeAdvice(), question };
  }

  get round(): number {
    return this.#round;
  }

  /** Its replica has a leader, or is one: there is nothing to elect. */
  get isSettled(): boolean {
    return this.#own !== undefined && this.#own.serverState !== "LOOKING";
  }

  /** One sentence for a person: what is going on, and whom it waits for. */
  get status(): string {
    return describeElection({
      self: this.#config.self,
      own: this.#own,
      decision: this.#decision?.leader,
      round: this.#round,
      missing: this.#others().filter((server) => this.#heard.of(server) === undefined),
      founding: !this.#config.voters.some((server) => this.#hasVoice(server)),
    });
  }

  /** Somebody looks: it is told whom our replica follows, as soon as that is sure. */
  #onQuestion(own: ReplicaState | undefined, isNew: boolean): void {
    if (own?.serverState === "LOOKING" && !isNew) return;
    this.#mustReply = own !== undefined;
    if (!this.#isFresh(own)) this.#mustAsk = true;
  }

  /** The replica has said so a moment ago. A LOOKING one says it at each of its ticks. */
  #isFresh(own: ReplicaState | undefined): boolean {
    if (own === undefined) return false;
    if (own.serverState === "LOOKING") return true;
    return this.#now - this.#ownHeardAt <= this.#config.claimFreshTicks;
  }

  /** A LOOKING elector's vote reaches ours, which is LOOKING too. */
  #onLooking(own: ReplicaState, notification: Notification): void {
    if (!own.voice || !notification.voice) return;
    if (notification.round < this.#round) this.#mustReply = true;
    // Once decided, the replica is about to leave LOOKING.
    if (notification.round < this.#round || this.#decision !== undefined) return;
    if (notification.round > this.#round) {
      this.#round = notification.round;
      const initial = this.#initialVote(own);
      const isBetter = compareVotes(notification.vote, initial) > 0;
      this.#castVote(isBetter ? notification.vote : initial);
    } else if (this.#vote === undefined || compareVotes(notification.vote, this.#vote) > 0) {
      this.#castVote(notification.vote);
    }
  }

  #startRound(own: ReplicaState): void {
    this.#round += 1;
    this.#decision = undefined;
    this.#hearsay = undefined;
    this.#mustAdvise = false;
    this.#castVote(this.#initialVote(own));
  }

  #endRound(): void {
    this.#vote = undefined;
    this.#decision = undefined;
    this.#agreedSince = undefined;
    this.#hearsay = undefined;
    this.#mustAdvise = false;
    this.#mustNotify = true;
  }

  #castVote(vote: Vote): void {
    this.#vote = vote;
    this.#votedAt = this.#now;
    this.#agreedSince = undefined;
    this.#mustNotify = true;
  }

  #initialVote(own: ReplicaState): Vote {
    return { leader: this.#config.self, peerEpoch: own.epoch, zxid: own.lastZxid };
  }

  /** Decides when there is enough to decide on. */
  #evaluate(): void {
    const own = this.#own;
    if (own?.serverState !== "LOOKING" || this.#decision !== undefined) return;
    const leader = this.#leaderToJoin() ?? this.#electedLeader(own) ?? this.#founder(own);
    if (leader === undefined) return;
    this.#decision = { leader, at: this.#now };
    this.#mustAdvise = true;
  }

  #leaderToJoin(): ServerId | undefined {
    // Only answers to our own question count: older ones may speak of the leader that just died.
    const reports = this.#heard.after(this.#heardBeforeLooking);
    const report = findLeader(reports, (has) => this.#isQuorum(has));
    if (report === undefined || report.leader === this.#config.self) {
      this.#hearsay = undefined;
      return undefined;
    }
    const { leader } = report;
    if (report.firstHand) return leader;
    if (this.#hearsay?.leader !== leader) this.#hearsay = { leader, since: this.#now };
    const heardForTicks = this.#now - this.#hearsay.since;
    return heardForTicks >= this.#config.hearsayTicks ? leader : undefined;
  }

  #electedLeader(own: ReplicaState): ServerId | undefined {
    const vote = this.#vote;
    if (!own.voice || vote === undefined) return undefined;
    const supports = (server: ServerId) => this.#supports(server, vote);
    // A candidate that does not speak for itself is probably dead.
    if (!supports(vote.leader) || !this.#isQuorum(supports)) {
      this.#agreedSince = undefined;
      return undefined;
    }
    this.#agreedSince ??= this.#now;
    const waitedTicks = this.#now - this.#agreedSince;
    const mayWait = waitedTicks < this.#config.finalizeWaitTicks;
    const isUnanimous = this.#others().every(
      (server) => supports(server) || this.#heard.of(server)?.voice === false,
    );
    return mayWait && !isUnanimous ? undefined : vote.leader;
  }

  #supports(server: ServerId, vote: Vote): boolean {
    if (server === this.#config.self) return true;
    const notification = this.#heard.of(server);
    if (!notification?.voice || notification.round !== this.#round) return false;
    if (notification.serverState === "LOOKING") return sameVote(notification.vote, vote);
    return notification.vote.leader === vote.leader;
  }

  #founder(own: ReplicaState): ServerId | undefined {
    const all = [this.#notification(own)];
    for (const server of this.#others()) {
      const notification = this.#heard.of(server);
      if (notification === undefined) return undefined;
      all.push(notification);
    }
    if (this.#isQuorum((server) => all.some(({ from, voice }) => voice && from === server))) {
      return undefined;
    }
    return chooseFounder(all);
  }

  #hasVoice(server: ServerId): boolean {
    const said = server === this.#config.self ? this.#own : this.#heard.of(server);
    return said?.voice ?? false;
  }

  #repeatAdvice(own: ReplicaState, decision: Decision): void {
    const age = this.#now - decision.at;
    if (age >= this.#config.adviceExpiryTicks) this.#startRound(own);
    else if (age % this.#config.adviceRepeatTicks === 0) this.#mustAdvise = true;
  }

  /** It is not heard of any more, or it came back without a voice: whoever votes for it waits in vain. */
  #candidateVanished(): boolean {
    const vote = this.#vote;
    if (vote === undefined || vote.leader === this.#config.self) return false;
    const isOld = this.#now - this.#votedAt > this.#config.peerSilenceTicks;
    return isOld && this.#heard.of(vote.leader)?.voice !== true;
  }

  #forgetSilentReplica(): void {
    const own = this.#own;
    if (own === undefined) return;
    const { replicaSilenceTicks, claimSilenceTicks } = this.#config;
    const limit = own.serverState === "LOOKING" ? replicaSilenceTicks : claimSilenceTicks;
    if (this.#now - this.#ownHeardAt <= limit) return;
    this.#endRound();
    this.#own = undefined;
    this.#mustReply = false;
  }

  #mayReply(): boolean {
    return this.#mustReply && this.#repliedAt !== this.#now && this.#isFresh(this.#own);
  }

  #takeNotification(): Notification | undefined {
    const own = this.#own;
    const replies = this.#mayReply();
    if (own === undefined || !(this.#mustNotify || replies)) {
      this.#mustNotify = false;
      return undefined;
    }
    // At most one answer per tick, however many ask: everybody hears it.
    if (replies) this.#repliedAt = this.#now;
    this.#mustReply = false;
    this.#mustNotify = false;
    this.#notifiedAt = this.#now;
    return this.#notification(own);
  }

  #notification(own: ReplicaState): Notification {
    const { serverState, epoch, lastZxid, voice, established } = own;
    const vote =
      serverState === "LOOKING" && this.#vote !== undefined
        ? this.#vote
        : { leader: own.leader ?? this.#config.self, peerEpoch: epoch, zxid: lastZxid };
    const { self } = this.#config;
    return {
      from: self,
      serverState,
      round: this.#round,
      vote,
      epoch,
      lastZxid,
      voice,
      established,
    };
  }

  #takeAdvice(): Advice | undefined {
    const isDue = this.#mustAdvise;
    this.#mustAdvise = false;
    if (!isDue || this.#decision === undefined || this.#own === undefined) return undefined;
    const { leader } = this.#decision;
    return { leader, round: this.#round, incarnation: this.#own.incarnation };
  }

  #others(): readonly ServerId[] {
    return this.#config.voters.filter((server) => server !== this.#config.self);
  }

  #isQuorum(has: (server: ServerId) => boolean): boolean {
    const { voters } = this.#config;
    return voters.filter(has).length * 2 > voters.length;
  }
}

/** Nothing that the election rests on has changed. */
function sameState(a: ReplicaState, b: ReplicaState): boolean {
  return (
    a.incarnation === b.incarnation &&
    a.serverState === b.serverState &&
    a.epoch === b.epoch &&
    a.leader === b.leader &&
    a.established === b.established &&
    a.voice === b.voice &&
    // While it leads or follows, its log grows all the time.
    (a.lastZxid === b.lastZxid || a.serverState !== "LOOKING")
  );
}
