import type { Bus, Subjects, Subscription } from "@meerkat/bus";
import { Ticker } from "@meerkat/service";
import type { Histogram } from "@meerkat/telemetry/metrics";
import {
  decodeReport,
  decodeToGateway,
  encodeReport,
  encodeToLeader,
  MalformedMessage,
  type ReceiveCounters,
  type ServerReport,
  type ToLeader,
  ZabTransport,
} from "@meerkat/transport";
import type { DataTreeOptions } from "@meerkat/tree";
import type { Envelope, Incarnation, PeerConfig } from "@meerkat/zab";
import type { ObserverLimits } from "./limits.ts";
import { Observer, type ObserverLog } from "./observer.ts";

export interface ObserverHostOptions {
  readonly bus: Bus;
  readonly subjects: Subjects;
  readonly config: PeerConfig;
  readonly incarnation: Incarnation;
  readonly limits: ObserverLimits;
  /** The same as the replicas have. */
  readonly tree?: Partial<DataTreeOptions>;
  readonly tickTimeMs: number;
  readonly startedAtMs: number;
  readonly name: string;
  /** Where clients reach this gateway; empty until its doors are open. */
  readonly address: () => string;
  readonly log: ObserverLog;
}

const REPORT_EVERY_MS = 1_000;
/** Of a tree that is being made from a snapshot. */
const UNKNOWN_DIGEST = "0000000000000000";

/** The observer's network and timers: bytes on subjects to messages, and ticks. */
export class ObserverHost {
  readonly observer: Observer;
  readonly #options: ObserverHostOptions;
  readonly #transport: ZabTransport;
  readonly #subscriptions: Subscription[] = [];
  readonly #ticker: Ticker;
  readonly #ticksPerReport: number;
  #isStopped = false;
  #ticksToReport = 0;
  #reported = "";
  /** Messages to this gateway that are none of ours. */
  malformed = 0;

  constructor(options: ObserverHostOptions) {
    this.#options = options;
    const { bus, subjects, config, incarnation, log } = options;
    this.#transport = new ZabTransport({
      bus,
      subjects,
      self: config.self,
      observer: config.observer,
      onProblem: (sentence) => log.warn({}, sentence),
    });
    this.observer = new Observer({
      config,
      incarnation,
      limits: options.limits,
      tree: options.tree ?? {},
      link: { send: (message) => this.#sendToLeader(message) },
      sendEnvelopes: (envelopes) => this.#sendEnvelopes(envelopes),
      nowMs: () => performance.now(),
      defer: (action) => void setImmediate(action),
      onWork: () => this.#ticker.wake(),
      log,
    });
    this.#ticksPerReport = Math.max(1, Math.round(REPORT_EVERY_MS / options.tickTimeMs));
    this.#ticker = new Ticker({
      tickTimeMs: options.tickTimeMs,
      onTicks: (count) => this.#onTicks(count),
      quietTicks: () => this.observer.quietTicks,
    });
    this.#transport.onEnvelope((envelope) => this.#then(() => this.observer.receive(envelope)));
    this.#listen(subjects.gateway(incarnation), (bytes) => {
      const message = decodeToGateway(bytes);
      this.#then(() => this.observer.onMessage(message));
    });
    this.#listen(subjects.report, (bytes) => this.observer.onReport(decodeReport(bytes)));
    this.#ticker.start();
  }

  get received(): ReceiveCounters {
    return this.#transport.received;
  }

  get tickDelayMs(): Histogram {
    return this.#ticker.delayMs;
  }

  /** Ends ticking and listening; requests still under way are refused. */
  stop(): void {
    this.#isStopped = true;
    this.#ticker.stop();
    this.#transport.close();
    for (const subscription of this.#subscriptions) subscription.unsubscribe();
    this.observer.stop();
  }

  #then(event: () => void): void {
    this.#ticker.catchUp();
    event();
    this.#ticker.plan();
  }

  #onTicks(count: number): void {
    for (let n = 0; n < count; n += 1) this.observer.tick();
    this.#ticksToReport -= count;
    this.#maybeReport();
  }

  #maybeReport(): void {
    const { serverState, zabState, epoch } = this.observer.status;
    const state = `${serverState} ${zabState} ${epoch}`;
    if (this.#ticksToReport > 0 && state === this.#reported) return;
    this.#ticksToReport = this.#ticksPerReport;
    this.#reported = state;
    const report = this.#report();
    this.observer.onReport(report);
    this.#options.bus.publish(this.#options.subjects.report, encodeReport(report));
  }

  #report(): ServerReport {
    const { config, name, startedAtMs, address } = this.#options;
    const { status, position, tree } = this.observer;
    return {
      id: config.self,
      kind: "gateway",
      name,
      address: address(),
      serverState: status.serverState,
      zabState: status.zabState,
      epoch: status.epoch,
      leader: status.leader ?? 0,
      established: status.established,
      voice: false,
      lastZxid: status.lastZxid,
      appliedZxid: position,
      digest: position < tree.consistentFrom ? UNKNOWN_DIGEST : tree.digestHex,
      startedAtMs,
    };
  }

  #sendToLeader(message: ToLeader): void {
    if (this.#isStopped) return;
    const { bus, subjects } = this.#options;
    bus.publish(subjects.request(message.epoch), encodeToLeader(message));
  }

  #sendEnvelopes(envelopes: readonly Envelope[]): void {
    if (this.#isStopped) return;
    for (const envelope of envelopes) this.#transport.send(envelope);
  }

  #listen(subject: string, take: (bytes: Uint8Array) => void): void {
    const subscription = this.#options.bus.subscribe(subject, (bytes) => {
      try {
        take(bytes);
      } catch (cause) {
        if (!(cause instanceof MalformedMessage)) throw cause;
        this.malformed += 1;
        if (this.malformed > 1) return;
        this.#options.log.warn({}, `Dropped a message on ${subject}: ${cause.message}`);
      }
    });
    this.#subscriptions.push(subscription);
  }
}
