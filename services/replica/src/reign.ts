import type { Bus, Subjects, Subscription } from "@meerkat/bus";
import type { Tracer } from "@meerkat/telemetry";
import {
  decodeToLeader,
  encodeToGateway,
  type GatewayTick,
  MalformedMessage,
  type ToGateway,
  type ToLeader,
} from "@meerkat/transport";
import type { Txn } from "@meerkat/tree";
import {
  type Epoch,
  makeZxid,
  type Peer,
  type Ready,
  type ServerId,
  type Zxid,
} from "@meerkat/zab";
import type { ReignCounters } from "./metrics/reign-counters.ts";
import type { Delivery } from "./pipeline/delivery.ts";
import { Propose, type ProposeLimits } from "./pipeline/propose.ts";
import { ReadBarrier } from "./pipeline/read-barrier.ts";
import { RequestQueue } from "./pipeline/request-queue.ts";
import { Submit } from "./pipeline/submit.ts";
import { ExpiryTicker, LEASE_GRACE_MS } from "./sessions/expiry-ticker.ts";
import { ReaperTicker } from "./sessions/reaper-ticker.ts";
import { LeaderTraces } from "./tracing/leader-traces.ts";

export interface ReignParts {
  readonly peer: Peer;
  readonly delivery: Delivery;
  readonly bus: Bus;
  readonly subjects: Subjects;
  readonly tracer: Tracer | undefined;
  /** Those of all reigns of this replica. */
  readonly counters: ReignCounters;
}

export interface ReignLimits extends ProposeLimits {
  readonly tickTimeMs: number;
  readonly reaperIntervalMs: number;
  readonly queueBytesMax: number;
}

/**
 * Everything that exists only while this replica leads one established epoch: the gateways' requests,
 * what is proposed of them, read barriers, the expiry of sessions. Nothing of it outlives the epoch:
 * the gateways send again what was not answered.
 */
export class Reign {
  readonly epoch: Epoch;
  readonly #parts: ReignParts;
  readonly #limits: ReignLimits;
  readonly #historyEnd: Zxid;
  readonly #queue: RequestQueue;
  readonly #submit: Submit;
  readonly #propose: Propose;
  readonly #barriers: ReadBarrier;
  readonly #reaper: ReaperTicker;
  readonly #subscription: Subscription;
  readonly #traces: LeaderTraces | undefined;
  readonly #inLoop: (event: () => void) => void;
  #expiry: ExpiryTicker | undefined;
  #timer: NodeJS.Timeout | undefined;

  /**
   * `historyEnd` is the end of what earlier epochs left: the tree must hold it before anything new.
   * `inLoop` runs an event in the replica's loop.
   */
  constructor(
    parts: ReignParts,
    limits: ReignLimits,
    start: {
      readonly epoch: Epoch;
      readonly historyEnd: Zxid;
      readonly inLoop: (event: () => void) => void;
    },
  ) {
    this.epoch = start.epoch;
    this.#parts = parts;
    this.#limits = limits;
    this.#historyEnd = start.historyEnd;
    this.#inLoop = start.inLoop;
    this.#queue = new RequestQueue(limits.queueBytesMax);
    const reply = (gateway: number, message: ToGateway) => this.#reply(gateway, message);
    this.#submit = new Submit(this.epoch, this.#queue, reply);
    this.#barriers = new ReadBarrier(parts.peer, makeZxid(this.epoch, 0), reply);
    this.#reaper = new ReaperTicker(limits.reaperIntervalMs, limits.tickTimeMs);
    const subject = parts.subjects.request(this.epoch);
    if (parts.tracer !== undefined) {
      const subjects = { request: subject, proposal: parts.subjects.zabProposal };
      this.#traces = new LeaderTraces(parts.tracer, this.epoch, subjects);
    }
    this.#propose = new Propose(
      {
        peer: parts.peer,
        delivery: parts.delivery,
        queue: this.#queue,
        traces: this.#traces,
        wakeIn: (delayMs) => this.#wakeIn(delayMs),
      },
      limits,
      (txn, zxid) => this.#onPrepared(txn, zxid),
    );
    this.#subscription = parts.bus.subscribe(subject, (bytes) => this.#receive(bytes));
  }

  /** Proposes what waits, as far as the window has room. Says whether it did anything. */
  propose(): boolean {
    if (this.#parts.delivery.applied < this.#historyEnd) return false;
    this.#expiry ??= new ExpiryTicker(this.#parts.delivery.tree, this.#limits.tickTimeMs);
    return this.#propose.run();
  }

  /** What gateways have sent and is not proposed yet. */
  get waiting(): { readonly count: number; readonly bytes: number } {
    return this.#queue;
  }

  tick(): void {
    const { tree } = this.#parts.delivery;
    for (const operation of this.#expiry?.tick(tree) ?? []) this.#queue.pushOwn(operation);
    for (const operation of this.#reaper.tick(tree, Date.now())) this.#queue.pushOwn(operation);
    for (const { gateway, number } of this.#expiry?.questions ?? []) {
      this.#reply(gateway, { type: "question", epoch: this.epoch, number });
    }
  }

  onReady(ready: Ready): void {
    if (ready.barriers.length > 0 || ready.barriersLost.length > 0) this.#barriers.onReady(ready);
  }

  /** A voter, or this leader's own disk, has everything up to `zxid`. */
  onAck(server: ServerId, zxid: Zxid): void {
    this.#traces?.acknowledged(server, zxid);
  }

  onCommitted(zxid: Zxid): void {
    this.#traces?.committed(zxid);
  }

  end(): void {
    clearTimeout(this.#timer);
    this.#subscription.unsubscribe();
    this.#traces?.end();
  }

  /** What waits is proposed with every turn of the loop. */
  #wakeIn(delayMs: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#inLoop(() => undefined), delayMs);
  }

  #receive(bytes: Uint8Array): void {
    const message = this.#decode(bytes);
    if (message === undefined || message.epoch !== this.epoch) return;
    this.#inLoop(() => this.#take(message));
  }

  #take(message: ToLeader): void {
    switch (message.type) {
      case "requests":
        this.#parts.counters.requests += message.count;
        this.#submit.onRequests(
          message,
          this.#traces === undefined ? undefined : performance.now(),
        );
        break;
      case "tick":
        if (this.#submit.onTick(message)) this.#onWord(message);
        break;
      case "barrier":
        this.#barriers.onRequest(message);
        break;
    }
  }

  #onWord(word: GatewayTick): void {
    const expiry = this.#expiry;
    if (expiry === undefined) return;
    const { tree } = this.#parts.delivery;
    for (const operation of expiry.onWord(tree, word)) this.#queue.pushOwn(operation);
    const { gateway, leaseFromMs: fromMs } = word;
    if (fromMs === 0) return;
    const { epoch } = this;
    this.#reply(gateway, { type: "lease", epoch, fromMs, graceMs: LEASE_GRACE_MS });
  }

  #decode(bytes: Uint8Array): ToLeader | undefined {
    try {
      return decodeToLeader(bytes);
    } catch (error) {
      if (!(error instanceof MalformedMessage)) throw error;
      this.#parts.counters.malformed += 1;
      return undefined;
    }
  }

  #onPrepared(txn: Txn, zxid: Zxid): void {
    const isOwn = txn.origin.gateway === 0;
    if (isOwn && txn.body.type === "closeSession") this.#parts.counters.sessionsExpired += 1;
    this.#expiry?.prepared(txn, zxid);
  }

  #reply(gateway: number, message: ToGateway): void {
    if (message.type === "resend") this.#parts.counters.resendsAsked += 1;
    const { bus, subjects } = this.#parts;
    bus.publish(subjects.gateway(gateway), encodeToGateway(message));
  }
}
