import type { Operation } from "@meerkat/tree";
import {
  type Envelope,
  type Incarnation,
  type Members,
  Peer,
  type PeerStatus,
  type Proposal,
  type Ready,
  type ServerId,
  type SyncRead,
  type SyncReadResult,
  type Zxid,
} from "@meerkat/zab";
import { type Advice, CLAIM_REPORT_TICKS } from "@meerkat/zab/election";
import { describeEnvelope, describeStatus } from "./describe.ts";
import type { Disk } from "./disk.ts";
import { electorOf } from "./elector.ts";
import type { Message, ToGateway, ToLeader } from "./messages.ts";
import { forgetEpochs } from "./mistakes.ts";
import { Primary } from "./primary.ts";
import { Process } from "./process.ts";
import { tickAsPromised } from "./quiet-ticks.ts";
import { publish } from "./routes.ts";
import { SnapshotTaker } from "./snapshot-taker.ts";
import { storedHistoryOf } from "./stored-history.ts";
import { mark } from "./tally.ts";
import { TreeHost } from "./tree-host.ts";
import { type World, wallClockMs } from "./world.ts";

/**
 * One run of a replica's process: the loop that the real host runs. What the peer wants is carried
 * out in the order that Ready prescribes; committed batches go to the tree; while leading, requests
 * are prepared on the tree and proposed.
 */
export class ReplicaRun {
  readonly process = new Process();
  readonly peer: Peer;
  readonly #world: World;
  readonly #id: ServerId;
  readonly incarnation: Incarnation;
  readonly #disk: Disk;
  readonly #skew: number;
  readonly #host: TreeHost;
  readonly #snapshots: SnapshotTaker;
  #primary: Primary | undefined;
  #status: PeerStatus | undefined;
  /** An epoch of this leadership was established before: the next one is a turnover. */
  #reigned = false;
  #ticksSinceReport = 0;
  #isWoken = false;
  /** Confirmed by the disk when nobody waited for it: the next event takes it along, as in the real host. */
  #unseen: (() => void)[] = [];

  constructor(parts: {
    world: World;
    id: ServerId;
    incarnation: Incarnation;
    disk: Disk;
    skew: number;
  }) {
    const { world, id, incarnation, disk, skew } = parts;
    this.#world = world;
    this.#id = id;
    this.incarnation = incarnation;
    this.#disk = disk;
    this.#skew = skew;
    if (world.mistake === "accept-older-epoch") forgetEpochs(disk.image);
    this.#host = new TreeHost(world, id);
    this.#host.restore(disk.image);
    this.#snapshots = new SnapshotTaker({
      world,
      process: this.process,
      disk,
      host: this.#host,
      onPurged: (logStart) => {
        this.peer.purged(logStart);
        this.#wake();
      },
    });
    const { peer } = world.options;
    this.peer = new Peer(
      { ...peer, self: id, voters: world.voters, observer: false },
      incarnation,
      storedHistoryOf(disk.image, peer.committedWindowBytesMax),
    );
    this.process.every(world.clock, Math.round(world.options.host.tickUs * skew), () =>
      this.#tick(),
    );
    this.#wake();
  }

  get status(): PeerStatus {
    return this.peer.status;
  }

  get appliedZxid(): Zxid {
    return this.#host.appliedZxid;
  }

  receive(from: number, message: Message): void {
    this.process.enter(() => {
      this.#look();
      if (message.type === "zab") this.peer.step(message.envelope);
      else if (message.type === "request") this.#onRequest(from, message.message);
      else if (message.type === "advice") this.#onAdvice(message.advice);
      else if (message.type === "question") this.#report();
      this.#wake();
    });
  }

  /** A write that no gateway asked for; lost when this replica does not lead. */
  submitLocally(operation: Operation): void {
    this.process.enter(() => {
      this.#look();
      this.#primary?.add(operation);
      this.#wake();
    });
  }

  advise(leader: ServerId): void {
    this.process.enter(() => {
      this.#look();
      this.peer.advise(leader);
      this.#wake();
    });
  }

  #tick(): void {
    this.#look();
    tickAsPromised(this.peer);
    this.#primary?.tick(this.#nowMs());
    this.#wake();
    const isLooking = this.peer.status.serverState === "LOOKING";
    if (isLooking || ++this.#ticksSinceReport >= CLAIM_REPORT_TICKS) this.#report();
  }

  #onAdvice({ incarnation, leader }: Advice): void {
    if (incarnation === this.incarnation) this.peer.advise(leader);
  }

  /** The elector is told at each change, at each tick while LOOKING, when it asks, and now and then. */
  #report(): void {
    this.#ticksSinceReport = 0;
    const { options, network } = this.#world;
    if (options.election === "oracle") return;
    const { serverState, epoch, lastZxid, leader, established, voice } = this.peer.status;
    const { incarnation } = this;
    const state = { incarnation, serverState, epoch, lastZxid, leader, established, voice };
    network.send(this.#id, electorOf(this.#id), "election", { type: "state", state });
  }

  #onRequest(from: number, message: ToLeader): void {
    if (message.epoch !== this.#primary?.epoch) return;
    const answer = this.#primary.onMessage(from, message, this.#nowMs());
    if (answer !== undefined) this.#answer(from, answer);
  }

  #answer(to: number, message: ToGateway): void {
    this.#world.network.send(this.#id, to, "request", { type: "answer", message });
  }

  /**
   * The work is done at once, or a little later for all that came meanwhile: one Ready for it all.
   */
  #wake(): void {
    const { clock, options } = this.#world;
    const { gatherUs } = options.host;
    if (gatherUs === 0) {
      this.#work();
    } else if (!this.#isWoken) {
      this.#isWoken = true;
      clock.after(gatherUs, () =>
        this.process.enter(() => {
          this.#isWoken = false;
          this.#work();
        }),
      );
    }
  }

  /** Gives the peer more to propose and carries out everything it wants, until both are content. */
  #work(): void {
    for (;;) {
      const hasProposed = this.#primary?.propose(this.#nowMs()) === true;
      if (this.peer.hasReady()) this.#carryOut(this.peer.takeReady());
      else if (this.#unseen.length > 0 && this.peer.awaitsDisk) this.#look();
      else if (!hasProposed) return;
    }
  }

  #look(): void {
    for (const written of this.#unseen.splice(0)) written();
  }

  #carryOut(ready: Ready): void {
    const { persist, number } = ready;
    if (ready.status !== undefined) this.#onStatus(ready.status);
    this.#send(ready.send);
    const written = () => {
      this.#send(ready.sendAfterPersist);
      this.peer.persisted(number);
    };
    if (persist === undefined) {
      this.#send(ready.sendAfterPersist);
    } else {
      this.#submit(ready, written);
      this.#host.stage(persist.stage);
      if (persist.install !== undefined) this.#install(persist.install);
    }
    for (const proposal of ready.deliver) this.#deliver(proposal);
    this.#noteBroadcasts(ready.send);
    for (const read of ready.reads) this.#read(read);
    for (const { id, zxid } of ready.barriers) this.#primary?.confirmBarrier(id, zxid);
    for (const id of ready.barriersLost) this.#primary?.loseBarrier(id);
    this.#snapshots.maybeStart();
  }

  #submit(ready: Ready, written: () => void): void {
    const { persist } = ready;
    if (persist === undefined) return;
    if (this.#world.mistake === "ack-before-persist") {
      this.#disk.submit({ type: "persist", persist, done: () => undefined });
      // In an event of its own, as the confirmation of a disk would come.
      this.#world.clock.after(1, () => this.process.enter(() => this.#after(written)));
      return;
    }
    const done = () => this.process.enter(() => this.#onWritten(written));
    this.#disk.submit({ type: "persist", persist, done });
  }

  #onWritten(written: () => void): void {
    this.#unseen.push(written);
    if (this.peer.awaitsDisk) this.#after(() => undefined);
    else mark(this.#world.tally, "disk not awaited");
  }

  #after(work: () => void): void {
    this.#look();
    work();
    this.#wake();
  }

  #install({ zxid, members }: { zxid: Zxid; members: Members }): void {
    this.#snapshots.abandon();
    this.#host.install(zxid, members);
    mark(this.#world.tally, "SNAP installed");
  }

  #deliver(proposal: Proposal): void {
    this.#host.deliver(proposal);
    this.#snapshots.applied(proposal.last - proposal.first + 1);
  }

  #read(read: SyncRead): void {
    mark(this.#world.tally, `read ${read.kind}`);
    const done = (result: SyncReadResult) =>
      this.process.enter(() => this.#after(() => this.peer.provide(result)));
    this.#disk.submit({ type: "read", read, done });
  }

  #send(envelopes: readonly Envelope[]): void {
    const { transcript, clock, witness, tally } = this.#world;
    for (const envelope of envelopes) {
      if (transcript.recording) transcript.line(clock.nowUs, describeEnvelope(envelope));
      witness.sent(envelope, this.#disk.image);
      if (envelope.packet.type === "TRUNC") mark(tally, "TRUNC sent");
      publish(this.#world, envelope);
    }
  }

  /**
   * The checkers hear of broadcasts after this Ready's deliveries: a state machine that is handed
   * both at once has delivered first.
   */
  #noteBroadcasts(sent: readonly Envelope[]): void {
    for (const { packet } of sent) {
      if (packet.type !== "PROPOSAL") continue;
      this.#world.witness.broadcast(this.#id, this.incarnation, packet.proposal);
    }
  }

  #onStatus(status: PeerStatus): void {
    const { transcript, clock, tally } = this.#world;
    const before = this.#status;
    this.#status = status;
    if (transcript.recording) {
      transcript.line(clock.nowUs, `${this.#id} is ${describeStatus(status)}`);
    }
    if (status.serverState !== before?.serverState) mark(tally, `became ${status.serverState}`);
    if (status.serverState !== "LEADING") this.#reigned = false;
    const leads = status.serverState === "LEADING" && status.established;
    if (this.#primary !== undefined && (!leads || status.epoch !== this.#primary.epoch)) {
      this.#stepDown();
    }
    if (leads && this.#primary === undefined) this.#stepUp(status);
    this.#report();
  }

  #stepDown(): void {
    if (this.#host.rollback()) {
      this.#snapshots.abandon();
      mark(this.#world.tally, "rollback");
    }
    this.#primary = undefined;
  }

  #stepUp(status: PeerStatus): void {
    mark(this.#world.tally, this.#reigned ? "turnover" : "established");
    this.#reigned = true;
    this.#world.witness.established(this.#id, this.incarnation, status, this.#disk.image);
    this.#primary = new Primary({
      world: this.#world,
      peer: this.peer,
      host: this.#host,
      epoch: status.epoch,
      historyEnd: status.lastZxid,
      nowMs: this.#nowMs(),
      answer: (to, message) => this.#answer(to, message),
    });
  }

  #nowMs(): number {
    return wallClockMs(this.#world, this.#skew);
  }
}
