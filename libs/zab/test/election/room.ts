import { type Advice, CLAIM_REPORT_TICKS, type ReplicaState } from "../../src/election/index.ts";
import {
  type Epoch,
  type Incarnation,
  makeEpoch,
  makeZxid,
  type ServerId,
  type ServerState,
  ZXID_ZERO,
  type Zxid,
} from "../../src/index.ts";
import { Electors } from "./electors.ts";

export interface HistoryOfReplica {
  readonly epoch: number;
  readonly counter: number;
}

/** A replica as its elector sees it: it takes advice, and gives up what comes to nothing. */
interface FakeReplica {
  readonly id: ServerId;
  incarnation: number;
  alive: boolean;
  serverState: ServerState;
  leader: ServerId | undefined;
  epoch: Epoch;
  lastZxid: Zxid;
  voice: boolean;
  established: boolean;
  /** Ticks without what it needs: its leader, or a quorum of followers. */
  waitedTicks: number;
  advised: ServerId | undefined;
  /** Replicas tick more slowly than electors, each at its own moment. */
  readonly phase: number;
}

/** Electors with replicas that behave as ZAB's do towards them, on a network with a seed. */
export class Room {
  static readonly REPLICA_TICK_TICKS = 5;
  static readonly LEADER_SILENCE_TICKS = 30;
  static readonly #JOIN_LIMIT_TICKS = 100;

  readonly ids: readonly ServerId[];
  readonly #electors: Electors;
  readonly #replicas: readonly FakeReplica[];
  readonly #deadElectors = new Set<ServerId>();
  #loss: number;
  #random: number;
  #now = 0;

  constructor(
    histories: readonly (HistoryOfReplica | undefined)[],
    options: { readonly seed: number; readonly loss: number },
  ) {
    this.#random = options.seed;
    this.#loss = options.loss;
    this.#electors = new Electors(histories.length, {
      onAdvice: (self, advice) => this.#onAdvice(self, advice),
      onQuestion: (self) => this.#onQuestion(self),
    });
    this.ids = this.#electors.ids;
    this.#replicas = histories.map((history, i) => this.#newReplica(i, history));
  }

  start(id: ServerId): void {
    const replica = this.#replica(id);
    replica.alive = true;
    replica.incarnation += 1;
    replica.advised = undefined;
    this.#look(replica);
  }

  killReplica(id: ServerId): void {
    this.#replica(id).alive = false;
  }

  killElector(id: ServerId): void {
    this.#deadElectors.add(id);
    this.#electors.kill(id);
  }

  /** Kills and restarts at random, with losses, and starts whoever was not started. */
  chaos(ticks: number): void {
    for (let n = 0; n < ticks; n += 1) {
      const id = this.#pick(this.ids);
      if (this.#chance(0.02)) this.#replica(id).alive ? this.killReplica(id) : this.start(id);
      if (this.#chance(0.01)) {
        if (this.#deadElectors.has(id)) this.#restartElector(id);
        else this.killElector(id);
      }
      this.run(1);
    }
  }

  /** From now on everything works. */
  heal(): void {
    this.#loss = 0;
    for (const id of [...this.#deadElectors]) this.#restartElector(id);
    for (const replica of this.#replicas) if (!replica.alive) this.start(replica.id);
  }

  run(ticks: number): void {
    for (let n = 0; n < ticks; n += 1) {
      this.#now += 1;
      this.#deliverAll();
      for (const id of this.#shuffled(this.ids)) this.#electors.tick(id);
      this.#deliverAll();
      for (const replica of this.#replicas) this.#tickReplica(replica);
      this.#deliverAll();
    }
  }

  /** The last advice of every replica's present run. */
  advised(): readonly (ServerId | undefined)[] {
    return this.#replicas.map((replica) => replica.advised);
  }

  followed(): readonly (ServerId | undefined)[] {
    return this.#replicas.map((replica) => replica.leader);
  }

  establishedLeader(): ServerId | undefined {
    return this.#replicas.find((r) => r.alive && r.serverState === "LEADING" && r.established)?.id;
  }

  shuffledIds(): readonly ServerId[] {
    return this.#shuffled(this.ids);
  }

  #newReplica(index: number, history: HistoryOfReplica | undefined): FakeReplica {
    const epoch = makeEpoch(history?.epoch ?? 0);
    return {
      id: (index + 1) as ServerId,
      incarnation: 0,
      alive: false,
      serverState: "LOOKING",
      leader: undefined,
      epoch,
      lastZxid: history === undefined ? ZXID_ZERO : makeZxid(epoch, history.counter),
      voice: history !== undefined,
      established: false,
      waitedTicks: 0,
      advised: undefined,
      phase: this.#next() % Room.REPLICA_TICK_TICKS,
    };
  }

  #onAdvice(self: ServerId, { leader, incarnation }: Advice): void {
    const replica = this.#replica(self);
    if (!replica.alive || replica.incarnation !== incarnation) return;
    if (replica.serverState !== "LOOKING" || this.#chance(this.#loss)) return;
    replica.advised = leader;
    replica.leader = leader;
    replica.serverState = leader === self ? "LEADING" : "FOLLOWING";
    replica.waitedTicks = 0;
    this.#report(replica);
    this.#establish();
  }

  #onQuestion(self: ServerId): void {
    const replica = this.#replica(self);
    if (replica.alive && !this.#chance(this.#loss)) this.#report(replica);
  }

  #establish(): void {
    for (const leader of this.#replicas) {
      if (!this.#hasQuorum(leader)) continue;
      const following = this.#replicas.filter((r) => r.alive && r.leader === leader.id);
      const epoch = leader.established ? leader.epoch : makeEpoch(1 + this.#highestEpoch());
      for (const replica of following) {
        if (replica.established && replica.epoch === epoch) continue;
        replica.epoch = epoch;
        replica.lastZxid = makeZxid(epoch, 1);
        replica.voice = true;
        replica.established = true;
        this.#report(replica);
      }
    }
  }

  #hasQuorum(leader: FakeReplica): boolean {
    if (!leader.alive || leader.serverState !== "LEADING") return false;
    const behind = this.#replicas.filter((r) => r.alive && r.leader === leader.id);
    const founds = behind.length === this.ids.length;
    return founds || behind.filter(({ voice }) => voice).length * 2 > this.ids.length;
  }

  #tickReplica(replica: FakeReplica): void {
    if (!replica.alive || (this.#now + replica.phase) % Room.REPLICA_TICK_TICKS !== 0) return;
    const { serverState, leader } = replica;
    const isServed =
      serverState === "LEADING"
        ? this.#hasQuorum(replica)
        : leader !== undefined && this.#hasQuorum(this.#replica(leader));
    replica.waitedTicks = isServed ? 0 : replica.waitedTicks + Room.REPLICA_TICK_TICKS;
    const limit = replica.established ? Room.LEADER_SILENCE_TICKS : Room.#JOIN_LIMIT_TICKS;
    if (serverState !== "LOOKING" && replica.waitedTicks >= limit) this.#look(replica);
    else if (serverState === "LOOKING" || this.#isReportDue(replica)) this.#report(replica);
  }

  #isReportDue({ phase }: FakeReplica): boolean {
    const intervalTicks = CLAIM_REPORT_TICKS * Room.REPLICA_TICK_TICKS;
    return (this.#now + phase) % intervalTicks === 0;
  }

  #look(replica: FakeReplica): void {
    replica.serverState = "LOOKING";
    replica.leader = undefined;
    replica.established = false;
    replica.waitedTicks = 0;
    this.#report(replica);
  }

  #report(replica: FakeReplica): void {
    if (this.#chance(this.#loss)) return;
    const { serverState, epoch, lastZxid, leader, established, voice } = replica;
    const incarnation = replica.incarnation as Incarnation;
    const state: ReplicaState = {
      incarnation,
      serverState,
      epoch,
      lastZxid,
      leader,
      established,
      voice,
    };
    this.#electors.report(replica.id, state);
  }

  #restartElector(id: ServerId): void {
    this.#deadElectors.delete(id);
    this.#electors.restart(id);
  }

  #deliverAll(): void {
    let more = true;
    while (more) more = this.#electors.deliverOne(() => this.#chance(this.#loss));
  }

  #highestEpoch(): number {
    return Math.max(...this.#replicas.map(({ epoch }) => epoch));
  }

  #replica(id: ServerId): FakeReplica {
    const replica = this.#replicas[id - 1];
    if (replica === undefined) throw new Error(`no replica ${id}`);
    return replica;
  }

  #chance(probability: number): boolean {
    return probability > 0 && this.#next() / 2 ** 32 < probability;
  }

  #pick<T>(items: readonly T[]): T {
    const item = items[this.#next() % items.length];
    if (item === undefined) throw new Error("nothing to pick from");
    return item;
  }

  #shuffled<T>(items: readonly T[]): T[] {
    const keyed = items.map((item) => ({ item, key: this.#next() }));
    return keyed.sort((a, b) => a.key - b.key).map(({ item }) => item);
  }

  /** mulberry32 */
  #next(): number {
    this.#random = (this.#random + 0x6d2b79f5) | 0;
    let t = Math.imul(this.#random ^ (this.#random >>> 15), 1 | this.#random);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return (t ^ (t >>> 14)) >>> 0;
  }
}
