import type { Request, SessionId, TxnResult } from "@meerkat/tree";
import {
  type Envelope,
  EPOCH_ZERO,
  type Epoch,
  type Incarnation,
  Peer,
  type PeerStatus,
  type Ready,
  type ServerId,
  type StoreId,
  ZXID_ZERO,
  type Zxid,
} from "@meerkat/zab";
import { describeEnvelope, describeStatus } from "./describe.ts";
import { emptyImage } from "./image.ts";
import type { Message, ToGateway, ToLeader } from "./messages.ts";
import { OutstandingRequests } from "./outstanding-requests.ts";
import { Process } from "./process.ts";
import { tickAsPromised } from "./quiet-ticks.ts";
import { publish } from "./routes.ts";
import { storedHistoryOf } from "./stored-history.ts";
import { mark } from "./tally.ts";
import { TreeHost } from "./tree-host.ts";
import type { World } from "./world.ts";

export interface Reply {
  readonly gateway: number;
  readonly number: number;
  readonly appliedZxid: Zxid;
  /** Undefined when a snapshot swallowed the answer: it may have happened or not. */
  readonly result: TxnResult | undefined;
}

/** A read that waits for its barrier, then for the tree. */
interface WaitingRead {
  readonly id: number;
  zxid: Zxid | undefined;
  readonly serve: (applied: Zxid) => void;
}

/**
 * One run of a gateway: an observer with a tree that sends its clients' requests to the leader and
 * answers each when it applies its transaction. When a new epoch is established, and everything of
 * its initial history is applied, what was not answered can never commit any more and is sent
 * again.
 */
export class GatewayRun {
  readonly process = new Process();
  readonly peer: Peer;
  readonly #world: World;
  readonly #id: ServerId;
  readonly #incarnation: Incarnation;
  readonly #host: TreeHost;
  readonly #requests = new OutstandingRequests();
  readonly #reads: WaitingRead[] = [];
  readonly #touched = new Set<SessionId>();
  /** What the history held when the epoch was seen to be established: its beginning, at least. */
  #establishedEpoch: Epoch = EPOCH_ZERO;
  #initialHistoryEnd: Zxid = ZXID_ZERO;
  /** The epoch under which requests are sent now. */
  #openEpoch: Epoch = EPOCH_ZERO;
  #open = false;
  #opening = false;
  #nextRead: number;

  constructor(parts: { world: World; id: ServerId; incarnation: Incarnation; skew: number }) {
    const { world, id, incarnation, skew } = parts;
    this.#world = world;
    this.#id = id;
    this.#incarnation = incarnation;
    this.#nextRead = incarnation * 100_000;
    this.#host = new TreeHost(world, id, {
      wantsResult: (gateway) => gateway === incarnation,
      onResult: (number, result) => this.#onResult(number, result),
      onEvent: () => undefined,
      onSessionClosed: () => undefined,
      onSessionAttached: () => undefined,
    });
    // Nothing is kept over a restart, so the store's name means nothing.
    const nothing = emptyImage(incarnation as number as StoreId);
    this.#host.restore(nothing);
    this.peer = new Peer(
      { ...world.options.peer, self: id, voters: world.voters, observer: true },
      incarnation,
      storedHistoryOf(nothing, 0),
    );
    const tickUs = Math.round(world.options.host.tickUs * skew);
    this.process.every(world.clock, tickUs, () => this.#tick());
    this.#drain();
  }

  get status(): PeerStatus {
    return this.peer.status;
  }

  get appliedZxid(): Zxid {
    return this.#host.appliedZxid;
  }

  /** Requests and reads that wait for an answer. */
  get waiting(): number {
    return this.#requests.waiting + this.#reads.length;
  }

  receive(_from: number, message: Message): void {
    this.process.enter(() => {
      if (message.type === "zab") this.peer.step(message.envelope);
      else if (message.type === "answer") this.#onAnswer(message.message);
      this.#drain();
    });
  }

  advise(leader: ServerId): void {
    this.process.enter(() => {
      this.peer.advise(leader);
      this.#drain();
    });
  }

  submit(request: Omit<Request, "origin">, done: (reply: Reply) => void): void {
    this.process.enter(() => {
      if (request.session !== 0) this.#touched.add(request.session);
      this.#requests.add(this.#incarnation, request, done);
      this.#sendFrom(this.#requests.firstUnsent);
    });
  }

  /** A linearizable read: `serve` is told what the tree had applied when it was read. */
  read(serve: (applied: Zxid) => void): void {
    this.process.enter(() => {
      const read = { id: this.#nextRead++, zxid: undefined, serve };
      this.#reads.push(read);
      this.#askBarrier(read.id);
    });
  }

  #tick(): void {
    tickAsPromised(this.peer);
    this.#drain();
    if (!this.#open) return;
    this.#sendFrom(this.#requests.firstUnsent);
    this.#toLeader({
      type: "tick",
      gateway: this.#incarnation,
      epoch: this.#openEpoch,
      firstUnanswered: this.#requests.firstUnanswered,
      lastNumber: this.#requests.lastSent,
      touched: [...this.#touched],
    });
    this.#touched.clear();
    for (const read of this.#reads) if (read.zxid === undefined) this.#askBarrier(read.id);
  }

  #onAnswer(message: ToGateway): void {
    if (message.epoch !== this.#openEpoch) return;
    switch (message.type) {
      case "resend":
        this.#sendFrom(message.from);
        return;
      case "welcome":
        this.#sendFrom(message.expected);
        return;
      case "barrier":
        for (const read of this.#reads) if (read.id === message.id) read.zxid = message.zxid;
        this.#serveReads();
        return;
    }
  }

  #drain(): void {
    while (this.peer.hasReady()) this.#carryOut(this.peer.takeReady());
    this.#maybeOpen();
    this.#serveReads();
  }

  /** Nothing of an observer is durable, so everything is confirmed at once. */
  #carryOut(ready: Ready): void {
    const { persist } = ready;
    this.#send(ready.send);
    this.#send(ready.sendAfterPersist);
    if (persist !== undefined) {
      this.#host.stage(persist.stage);
      if (persist.install !== undefined) {
        this.#host.install(persist.install.zxid, persist.install.members);
        this.#requests.loseAnswers(this.#incarnation, this.appliedZxid);
        mark(this.#world.tally, "SNAP installed by observer");
      }
      this.peer.persisted(ready.number);
    }
    for (const proposal of ready.deliver) this.#host.deliver(proposal);
    if (ready.status !== undefined) this.#onStatus(ready.status);
  }

  #send(envelopes: readonly Envelope[]): void {
    const { transcript, clock, witness } = this.#world;
    for (const envelope of envelopes) {
      if (transcript.recording) transcript.line(clock.nowUs, describeEnvelope(envelope));
      witness.sent(envelope, undefined);
      publish(this.#world, envelope);
    }
  }

  #onStatus(status: PeerStatus): void {
    const { transcript, clock } = this.#world;
    if (transcript.recording) {
      transcript.line(clock.nowUs, `${this.#id} is ${describeStatus(status)}`);
    }
  }

  #maybeOpen(): void {
    const { serverState, established, epoch, lastZxid } = this.peer.status;
    if (!established || serverState !== "OBSERVING") {
      this.#open = false;
      return;
    }
    if (epoch !== this.#establishedEpoch) {
      this.#establishedEpoch = epoch;
      this.#initialHistoryEnd = lastZxid;
    }
    this.#open = this.appliedZxid >= this.#initialHistoryEnd && this.#host.isConsistent;
    if (!this.#open || epoch === this.#openEpoch) return;
    this.#openEpoch = epoch;
    this.#opening = true;
    this.#requests.dropLost();
    this.#sendFrom(this.#requests.firstUnanswered);
  }

  #sendFrom(number: number): void {
    if (!this.#open) return;
    const { first, requests } = this.#requests.takeFrom(number);
    if (requests.length === 0) return;
    this.#toLeader({
      type: "requests",
      gateway: this.#incarnation,
      epoch: this.#openEpoch,
      opening: this.#opening,
      first,
      requests,
    });
    this.#opening = false;
  }

  #askBarrier(id: number): void {
    if (!this.#open) return;
    this.#toLeader({ type: "barrier", gateway: this.#incarnation, epoch: this.#openEpoch, id });
  }

  #toLeader(message: ToLeader): void {
    const { leader } = this.peer.status;
    if (leader === undefined) return;
    this.#world.network.send(this.#id, leader, "request", { type: "request", message });
  }

  #onResult(number: number, result: TxnResult): void {
    const done = this.#requests.answer(number);
    done?.({ gateway: this.#incarnation, number, appliedZxid: this.appliedZxid, result });
  }

  #serveReads(): void {
    if (!this.#host.isConsistent) return;
    for (let index = 0; index < this.#reads.length; ) {
      const read = this.#reads[index] as WaitingRead;
      if (read.zxid === undefined || read.zxid > this.appliedZxid) {
        index++;
        continue;
      }
      this.#reads.splice(index, 1);
      read.serve(this.appliedZxid);
    }
  }
}
