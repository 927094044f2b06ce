import type { Bus, Subjects } from "@meerkat/bus";
import { Ticker } from "@meerkat/service";
import type { Logger, Tracer } from "@meerkat/telemetry";
import type { Histogram } from "@meerkat/telemetry/metrics";
import type { ElectorLink, ReceiveCounters, ZabTransport } from "@meerkat/transport";
import {
  type Envelope,
  formatZxid,
  type Peer,
  type PeerStatus,
  type Proposal,
  type Ready,
  type ServerId,
  type SyncRead,
  type Zxid,
} from "@meerkat/zab";
import { CLAIM_REPORT_TICKS } from "@meerkat/zab/election";
import { Chronicle } from "./chronicle.ts";
import { newReignCounters } from "./metrics/reign-counters.ts";
import { RoleTimes } from "./metrics/role-times.ts";
import { SyncTraffic } from "./metrics/sync-traffic.ts";
import type { Delivery } from "./pipeline/delivery.ts";
import type { SnapshotReceiver } from "./pipeline/snapshot-receiver.ts";
import type { SnapshotTaker } from "./pipeline/snapshot-taker.ts";
import { Reign, type ReignLimits } from "./reign.ts";
import type { Reporter } from "./server-report.ts";
import type { StorageClient } from "./storage/storage-client.ts";
import { AppendTraces, type TracedWrite } from "./tracing/append-traces.ts";
import type { WatchPublisher } from "./watch/watch-publisher.ts";

const REPORT_INTERVAL_MS = 1_000;

export interface ReplicaLimits extends ReignLimits {
  /** What may wait for the disk before further proposals are left to a later catch-up. */
  readonly diskQueueBytesMax: number;
}

export interface ReplicaParts {
  readonly self: ServerId;
  readonly peer: Peer;
  readonly storage: StorageClient;
  readonly delivery: Delivery;
  readonly snapshotTaker: SnapshotTaker;
  readonly snapshotReceiver: SnapshotReceiver;
  readonly bus: Bus;
  readonly subjects: Subjects;
  readonly transport: ZabTransport;
  readonly elector: ElectorLink;
  readonly reporter: Reporter;
  /** Tells subscribers of changes; none when that is off. */
  readonly watch: WatchPublisher | undefined;
  readonly logger: Logger;
  readonly tracer?: Tracer | undefined;
  readonly limits: ReplicaLimits;
  /** For what nobody can repair: says why and ends the process. */
  readonly fatal: (error: unknown) => void;
}

/**
 * The one loop between the bus, the peer, the disk and the tree. Whatever comes in goes to the peer
 * at once; what the peer asks for is carried out at the end of the turn, so that everything that
 * arrived together shares one write and one message.
 *
 *   packets, ticks, advice, confirmations → peer → Ready → send · write · deliver
 *                                                      └ on disk → sendAfterPersist → persisted
 */
export class Replica {
  readonly roleTimes = new RoleTimes();
  readonly syncTraffic = new SyncTraffic();
  readonly reignCounters = newReignCounters();
  /** Proposals that were left to a later catch-up. */
  proposalsLeft = 0;
  readonly #parts: ReplicaParts;
  readonly #chronicle: Chronicle;
  readonly #ticker: Ticker;
  readonly #reportTicks: number;
  readonly #appends: AppendTraces | undefined;
  #reign: Reign | undefined;
  /** Since everybody heard of this replica's state … */
  #ticksSinceReport = 0;
  /** … and since its elector did. */
  #ticksSinceClaim = 0;
  #isWoken = false;
  #isStopped = false;

  constructor(parts: ReplicaParts) {
    this.#parts = parts;
    const { peer, limits, tracer, self, subjects, logger } = parts;
    const { syncTraffic, reignCounters } = this;
    this.#chronicle = new Chronicle({ logger, syncTraffic, reignCounters });
    if (tracer !== undefined) {
      this.#appends = new AppendTraces(tracer, self, subjects.zabProposal);
    }
    this.#reportTicks = Math.max(1, Math.round(REPORT_INTERVAL_MS / limits.tickTimeMs));
    this.#ticker = new Ticker({
      tickTimeMs: limits.tickTimeMs,
      onTicks: (count) => this.#onTicks(count),
      quietTicks: () => peer.quietTicks,
    });
  }

  get status(): PeerStatus {
    return this.#parts.peer.status;
  }

  /** What gateways have sent to this leader and is not proposed yet; undefined while it does not lead. */
  get waiting(): { readonly count: number; readonly bytes: number } | undefined {
    return this.#reign?.waiting;
  }

  get tickDelayMs(): Histogram {
    return this.#ticker.delayMs;
  }

  get received(): ReceiveCounters {
    return this.#parts.transport.received;
  }

  start(): void {
    const { peer, transport, elector } = this.#parts;
    transport.onEnvelope((envelope) => {
      if (this.#mustLeave(envelope)) {
        this.proposalsLeft += 1;
        return;
      }
      const { from, packet } = envelope;
      this.syncTraffic.onReceived(packet);
      this.#then(() => {
        if (packet.type === "ACK") this.#reign?.onAck(from, packet.zxid);
        peer.step(envelope);
      });
    });
    elector.listen({
      onAdvice: (leader) => {
        if (peer.status.serverState !== "LOOKING") return false;
        this.#then(() => peer.advise(leader));
        return true;
      },
      onQuestion: () => this.#then(() => this.#reportState()),
    });
    this.roleTimes.onStatus(peer.status, performance.now());
    this.#chronicle.onStatus(peer.status);
    this.#ticker.start();
    this.#reportState();
    this.#report();
    this.#wake();
  }

  stop(): void {
    this.#isStopped = true;
    this.#ticker.stop();
    this.#parts.transport.close();
    this.#parts.elector.close();
    this.#parts.watch?.end();
    this.#reign?.end();
  }

  /** The connection to NATS is back. */
  reconnected(): void {
    this.#parts.watch?.reconnected();
  }

  /** The disk has deleted the log up to here. */
  onPurged(logStart: Zxid): void {
    this.#then(() => this.#parts.peer.purged(logStart));
  }

  /**
   * A disk that cannot keep pace must not fill the memory. A proposal that is not taken is like one
   * that the network lost: the peer notices the hole, and asks for the rest at its own pace.
   */
  #mustLeave({ packet }: Envelope): boolean {
    const { storage, limits } = this.#parts;
    return packet.type === "PROPOSAL" && storage.bytesInFlight > limits.diskQueueBytesMax;
  }

  /** Every event comes through here. A broken invariant, or a state that diverged, ends the process. */
  #then(event: () => void): void {
    this.#ticker.catchUp();
    this.#guard(this.#look);
    this.#guard(event);
    this.#wake();
  }

  readonly #look = (): void => this.#parts.storage.look();

  #wake(): void {
    if (this.#isWoken || this.#isStopped) return;
    this.#isWoken = true;
    queueMicrotask(this.#endTurn);
  }

  readonly #endTurn = (): void => {
    this.#isWoken = false;
    this.#guard(this.#work);
  };

  #guard(action: () => void): void {
    if (this.#isStopped) return;
    try {
      action();
    } catch (error) {
      this.#die(error);
    }
  }

  #die(error: unknown): void {
    this.stop();
    this.#parts.fatal(error);
  }

  readonly #work = (): void => {
    const { peer, storage } = this.#parts;
    while (!this.#isStopped) {
      const hasProposed = this.#reign?.propose() ?? false;
      if (peer.hasReady()) this.#carryOut(peer.takeReady());
      else if (!hasProposed) break;
    }
    this.#ticker.plan();
    if (storage.writesInFlight > 0 && peer.awaitsDisk) storage.awaitWrites();
  };

  #carryOut(ready: Ready): void {
    // Before anything is sent: gateways answer the first COMMIT of an epoch with their requests.
    if (ready.status !== undefined) this.#onStatus(ready.status);
    this.#send(ready.send);
    if (ready.persist !== undefined) this.#write(ready);
    for (const proposal of ready.deliver) this.#deliver(proposal);
    for (const question of ready.reads) this.#read(question);
    this.#reign?.onReady(ready);
  }

  #send(envelopes: readonly Envelope[]): void {
    for (const envelope of envelopes) {
      this.#parts.transport.send(envelope);
      this.syncTraffic.onSent(envelope.packet);
    }
  }

  #write(ready: Ready): void {
    const { peer, storage, delivery, snapshotReceiver, snapshotTaker, logger } = this.#parts;
    if (ready.persist === undefined) return;
    const { append } = ready.persist;
    const traced = this.#traceAppend(append);
    storage.write(ready.persist, (timing) =>
      this.#then(() => {
        this.#send(ready.sendAfterPersist);
        const last = append.at(-1)?.last;
        if (last !== undefined) this.#reign?.onAck(this.#parts.self, last);
        if (traced !== undefined) this.#appends?.ended(traced, timing, this.#reign !== undefined);
        peer.persisted(ready.number);
      }),
    );
    if (append.length > 0) this.#parts.watch?.proposed();
    const installed = snapshotReceiver.take(ready.persist);
    if (installed !== undefined) {
      delivery.replace(installed);
      snapshotTaker.replaced();
      logger.info({ zxid: formatZxid(delivery.applied) }, "Snapshot of the leader installed");
    }
  }

  /** What a learner only catches up on belongs to no story of today. */
  #traceAppend(append: readonly Proposal[]): TracedWrite | undefined {
    if (this.#appends === undefined || append.length === 0) return undefined;
    const { zabState } = this.#parts.peer.status;
    return zabState === "BROADCAST" ? this.#appends.began(append) : undefined;
  }

  #deliver(proposal: Proposal): void {
    this.#parts.delivery.deliver(proposal);
    this.#reign?.onCommitted(proposal.last);
    this.#parts.snapshotTaker.delivered(proposal);
    this.#parts.watch?.delivered();
  }

  #read(question: SyncRead): void {
    const { peer, storage } = this.#parts;
    storage.read(question).then(
      (result) => this.#then(() => peer.provide(result)),
      (error) => this.#die(error),
    );
  }

  #onTicks(count: number): void {
    this.#guard(() => {
      this.#parts.storage.look();
      for (let n = 0; n < count; n += 1) this.#tick();
    });
    this.#wake();
  }

  #tick(): void {
    const { peer } = this.#parts;
    peer.tick();
    this.#reign?.tick();
    const nowMs = performance.now();
    this.#chronicle.onTick(nowMs, this.roleTimes.outageMs(nowMs));
    const isLooking = peer.status.serverState === "LOOKING";
    if (isLooking || ++this.#ticksSinceClaim >= CLAIM_REPORT_TICKS) this.#reportState();
    if (++this.#ticksSinceReport >= this.#reportTicks) this.#report();
  }

  #reportState(): void {
    this.#ticksSinceClaim = 0;
    this.#parts.elector.report(this.#parts.peer.status);
  }

  #report(): void {
    this.#ticksSinceReport = 0;
    const { peer, delivery, reporter } = this.#parts;
    reporter.publish(peer.status, delivery);
  }

  #onStatus(status: PeerStatus): void {
    const nowMs = performance.now();
    this.#chronicle.onStatus(status, this.roleTimes.outageMs(nowMs));
    this.roleTimes.onStatus(status, nowMs);
    // Until then it listens: whoever acknowledges under our own id is an impostor.
    const isSettled = status.serverState === "FOLLOWING" && status.established;
    this.#parts.transport.hearAcks(!isSettled);
    const leads = status.serverState === "LEADING" && status.established;
    if (this.#reign !== undefined && (!leads || this.#reign.epoch !== status.epoch))
      this.#endReign();
    if (leads) this.#reign ??= this.#beginReign(status);
    this.#reportState();
    this.#report();
  }

  #beginReign({ epoch, lastZxid }: PeerStatus): Reign {
    const { peer, delivery, bus, subjects, tracer, limits } = this.#parts;
    const parts = { peer, delivery, bus, subjects, tracer, counters: this.reignCounters };
    this.#parts.watch?.begin(lastZxid);
    return new Reign(parts, limits, {
      epoch,
      historyEnd: lastZxid,
      inLoop: (event) => this.#then(event),
    });
  }

  #endReign(): void {
    this.#parts.watch?.end();
    this.#reign?.end();
    this.#reign = undefined;
    this.#parts.snapshotTaker.abandon();
    this.#parts.delivery.rollback();
  }
}
