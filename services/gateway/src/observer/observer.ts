import type { ServerReport, ToGateway } from "@meerkat/transport";
import type { DataTree, DataTreeOptions, SessionId, TxnResult } from "@meerkat/tree";
import type { Envelope, Epoch, Incarnation, PeerConfig, PeerStatus, Zxid } from "@meerkat/zab";
import {
  type Caller,
  type ChangeListener,
  type Coordination,
  type ReadOptions,
  RequestTooLarge,
  type TreeListener,
  type Write,
} from "../coordination.ts";
import type { Latencies } from "../latencies.ts";
import { CalledWrite } from "./called-write.ts";
import { GatewaySink, Listeners } from "./gateway-sink.ts";
import type { LeaderLink } from "./leader-link.ts";
import { Learner, type LearnerLog } from "./learner.ts";
import type { LearnerCounters } from "./learner-counters.ts";
import type { ObserverLimits } from "./limits.ts";
import type { PendingWrite } from "./pending-write.ts";
import * as refusals from "./refusals.ts";
import type { RequestCounters, RequestLoad } from "./request-counters.ts";
import { Requests } from "./requests.ts";
import { type HeardReport, ServerReports } from "./server-reports.ts";
import type { SlowLog } from "./slow-requests.ts";

export interface ObserverOptions {
  readonly config: PeerConfig;
  /** Of this run of the gateway; also the origin of its requests. */
  readonly incarnation: Incarnation;
  readonly limits: ObserverLimits;
  readonly tree?: Partial<DataTreeOptions>;
  readonly link: LeaderLink;
  readonly sendEnvelopes: (envelopes: readonly Envelope[]) => void;
  /** Milliseconds of a clock that never goes back. */
  readonly nowMs: () => number;
  /** Runs `action` at the end of this turn of the event loop. */
  readonly defer: (action: () => void) => void;
  /** A client gave it something to do: ticks may not be quiet any more. */
  readonly onWork: () => void;
  readonly log: ObserverLog;
}

export interface ObserverLog extends LearnerLog, SlowLog {}

/**
 * The gateway behind its doors: a ZAB observer with the tree it serves from, and the requests of
 * all clients. The host feeds it messages and ticks and owns the network and the timers.
 */
export class Observer implements Coordination {
  readonly #options: ObserverOptions;
  readonly #learner: Learner;
  readonly #requests: Requests;
  readonly #reports: ServerReports;
  readonly #listeners = new Listeners();
  /** Own ticks, so that a gateway that was stopped does not blame the others for it. */
  #ticksWithoutQuorum = 0;
  #isStopping = false;

  constructor(options: ObserverOptions) {
    this.#options = options;
    this.#reports = new ServerReports(options.nowMs);
    this.#requests = new Requests({
      gateway: options.incarnation,
      limits: options.limits,
      link: options.link,
      nowMs: options.nowMs,
      log: options.log,
      defer: options.defer,
      tree: () => this.#learner.tree,
    });
    this.#learner = new Learner({
      config: options.config,
      incarnation: options.incarnation,
      limits: options.limits,
      tree: options.tree ?? {},
      send: options.sendEnvelopes,
      sink: new GatewaySink(options.incarnation, this.#requests, this.#listeners),
      events: {
        onApplying: (nowMs) => this.#requests.onApplying(nowMs),
        onApplied: (position) => this.#onApplied(position),
        onDiverged: () => this.#onDiverged(),
        onReplaced: () => this.#onReplaced(),
        onCaughtUp: (epoch) => this.#onCaughtUp(epoch),
        onLeaderLost: () => this.#requests.onLeaderLost(),
      },
      nowMs: options.nowMs,
      later: options.defer,
      log: options.log,
    });
  }

  get tree(): DataTree {
    return this.#learner.tree;
  }

  get status(): PeerStatus {
    return this.#learner.status;
  }

  get position(): Zxid {
    return this.#learner.position;
  }

  get learning(): LearnerCounters {
    return this.#learner.counters;
  }

  /** Delivered and not applied yet. */
  get backlogBytes(): number {
    return this.#learner.backlogBytes;
  }

  get latencies(): Latencies {
    return this.#requests.latencies;
  }

  get load(): RequestLoad {
    return this.#requests.load;
  }

  get counters(): RequestCounters {
    return this.#requests.counters;
  }

  get requestCount(): number {
    return this.#requests.count;
  }

  submit(write: Write): Promise<TxnResult> {
    return new Promise((resolve, reject) => {
      this.enqueue(write, { hears: "settled", answered: resolve, failed: reject });
    });
  }

  enqueue(write: Write, caller: Caller): void {
    const pending = new CalledWrite(write, caller, this.#options.nowMs());
    try {
      this.take(pending);
    } catch (error) {
      if (!(error instanceof RequestTooLarge)) throw error;
      pending.fail(error);
    }
  }

  take(write: PendingWrite): void {
    if (this.#isStopping) throw refusals.stopping();
    if (write.patienceMs === undefined) this.#requireQuorum();
    this.#requests.submit(write);
    this.#options.onWork();
  }

  listen(listener: TreeListener): void {
    this.#listeners.tree.push(listener);
  }

  follow(listener: ChangeListener): void {
    this.#listeners.changes.push(listener);
  }

  get incarnation(): number {
    return this.#options.incarnation;
  }

  get isServing(): boolean {
    return this.#learner.isServing;
  }

  read<T>(how: ReadOptions, look: (tree: DataTree) => T): Promise<T> {
    return new Promise((resolve, reject) => {
      if (how.consistency === "local") {
        resolve(this.#readHere(look));
        return;
      }
      this.#requireQuorum();
      if (this.#requests.mayReadNow(how)) {
        resolve(look(this.#learner.tree));
        return;
      }
      // The value that comes back is the one that `look` made.
      this.#requests.read(how, look, (value) => resolve(value as T), reject);
      this.#options.onWork();
    });
  }

  touch(session: SessionId): void {
    this.#requests.submitter.touch(session);
    this.#options.onWork();
  }

  get leaseFromMs(): number {
    return this.#requests.lease.fromMs;
  }

  renewLease(): void {
    this.#requests.lease.want();
    if (this.#requests.lease.isDue) this.#options.onWork();
  }

  readiness(): { readonly ready: true } | { readonly ready: false; readonly reason: string } {
    if (this.#isStopping) return { ready: false, reason: "This gateway is stopping." };
    if (this.#learner.isServing) return { ready: true };
    const { zabState, reason } = this.status;
    if (zabState !== "BROADCAST") return { ready: false, reason: `In ${zabState}: ${reason}` };
    return { ready: false, reason: "The leader's history is not fully applied yet." };
  }

  cluster(): readonly HeardReport[] {
    return this.#reports.list();
  }

  receive(envelope: Envelope): void {
    this.#learner.receive(envelope);
  }

  onMessage(message: ToGateway): void {
    this.#requests.onMessage(message);
    if (!this.#requests.isIdle) this.#options.onWork();
  }

  onReport(report: ServerReport): void {
    this.#reports.take(report);
  }

  /**
   * How many of the coming ticks do nothing but count, as long as nothing else happens: those of a gateway
   * that serves and has neither requests under way nor sessions to report.
   */
  get quietTicks(): number {
    return this.#requests.isIdle ? this.#learner.quietTicks : 0;
  }

  tick(): void {
    this.#learner.tick();
    if (this.#learner.isServing) this.#ticksWithoutQuorum = 0;
    else this.#ticksWithoutQuorum += 1;
    this.#requests.tick();
  }

  /** New requests are refused from now on; those under way go on. */
  beginStop(): void {
    this.#isStopping = true;
  }

  /** Whoever still waits is told. */
  stop(): void {
    this.#isStopping = true;
    this.#requests.stop();
  }

  #onApplied(position: Zxid): void {
    this.#listeners.onSettled(position);
    this.#requests.onApplied(position);
  }

  #onDiverged(): void {
    this.#requests.onDiverged();
    this.#listeners.onTreeLost();
  }

  #onReplaced(): void {
    this.#requests.onReplaced();
    this.#listeners.onTreeLost();
  }

  #onCaughtUp(epoch: Epoch): void {
    this.#ticksWithoutQuorum = 0;
    // A snapshot alone may be all that there is to catch up with.
    this.#listeners.onSettled(this.#learner.position);
    this.#requests.onCaughtUp(epoch, this.#learner.position);
  }

  #requireQuorum(): void {
    if (this.#isStopping) throw refusals.stopping();
    if (this.#ticksWithoutQuorum < this.#options.limits.noQuorumTicks) return;
    this.#requests.counters.refusedNoQuorum += 1;
    throw refusals.noQuorum(this.status.reason);
  }

  #readHere<T>(look: (tree: DataTree) => T): T {
    if (this.#requests.isReadable) return look(this.#learner.tree);
    throw refusals.neverSynchronized(this.status.reason);
  }
}
