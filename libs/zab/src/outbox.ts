import type { Incarnation, ServerId } from "./ids.ts";
import { invariant } from "./invariant.ts";
import type { Envelope, Packet } from "./packets.ts";
import type { Members, Proposal } from "./proposal.ts";
import type { HardState, Persist, SnapshotChunk, SyncRead } from "./ready.ts";
import type { Zxid } from "./zxid.ts";

type Destination = Envelope["to"];
type Barrier = { readonly id: number; readonly zxid: Zxid };

const NOTHING: readonly never[] = Object.freeze([]);

/** Everything that the steps since the last Ready ask for, gathered until the host takes it. */
export class Outbox {
  readonly #self: ServerId;
  readonly #incarnation: Incarnation;
  #send: Envelope[] = [];
  #sendAfterPersist: Envelope[] = [];
  #stage: SnapshotChunk[] = [];
  #install: { readonly zxid: Zxid; readonly members: Members } | undefined;
  #truncateAfter: Zxid | undefined;
  #append: Proposal[] = [];
  #hardState: HardState | undefined;
  #reads: SyncRead[] = [];
  #barriers: Barrier[] = [];
  #barriersLost: number[] = [];

  constructor(self: ServerId, incarnation: Incarnation) {
    this.#self = self;
    this.#incarnation = incarnation;
  }

  /** Whether the next Ready has something for the disk. */
  get hasWrites(): boolean {
    return (
      this.#append.length > 0 ||
      this.#hardState !== undefined ||
      this.#truncateAfter !== undefined ||
      this.#install !== undefined ||
      this.#stage.length > 0
    );
  }

  /** The snapshot that the next Ready installs, if it does. */
  get installed(): Zxid | undefined {
    return this.#install?.zxid;
  }

  get isEmpty(): boolean {
    return (
      !this.hasWrites &&
      this.#send.length === 0 &&
      this.#sendAfterPersist.length === 0 &&
      this.#reads.length === 0 &&
      this.#barriers.length === 0 &&
      this.#barriersLost.length === 0
    );
  }

  send(to: Destination, packet: Packet): void {
    this.#send.push({ from: this.#self, incarnation: this.#incarnation, to, packet });
  }

  /** For packets that promise something durable. */
  sendAfterPersist(to: Destination, packet: Packet): void {
    this.#sendAfterPersist.push({ from: this.#self, incarnation: this.#incarnation, to, packet });
  }

  stage(chunk: SnapshotChunk): void {
    invariant(this.#install === undefined, "one write stages before it installs", chunk.zxid);
    this.#stage.push(chunk);
  }

  install(zxid: Zxid, members: Members): void {
    this.#install = { zxid, members };
    this.#truncateAfter = undefined;
    this.#append = [];
  }

  /** A write truncates before it appends, so what this Ready appended beyond is left out. */
  truncateAfter(zxid: Zxid): void {
    this.#append = this.#append.filter((proposal) => proposal.last <= zxid);
    this.#truncateAfter = Math.min(this.#truncateAfter ?? zxid, zxid) as Zxid;
  }

  append(proposal: Proposal): void {
    this.#append.push(proposal);
  }

  hardState(hardState: HardState): void {
    this.#hardState = hardState;
  }

  read(read: SyncRead): void {
    this.#reads.push(read);
  }

  barrier(id: number, zxid: Zxid): void {
    this.#barriers.push({ id, zxid });
  }

  barrierLost(id: number): void {
    this.#barriersLost.push(id);
  }

  /** Undefined when there is nothing to write and no packet that waits for earlier writes. */
  takePersist(committed: Zxid): Persist | undefined {
    if (!this.hasWrites && this.#sendAfterPersist.length === 0) return undefined;
    const persist: Persist = {
      stage: this.#stage.length > 0 ? this.#stage : NOTHING,
      install: this.#install,
      truncateAfter: this.#truncateAfter,
      append: this.#append.length > 0 ? this.#append : NOTHING,
      hardState: this.#hardState,
      committed,
    };
    if (this.#stage.length > 0) this.#stage = [];
    this.#install = undefined;
    this.#truncateAfter = undefined;
    if (this.#append.length > 0) this.#append = [];
    this.#hardState = undefined;
    return persist;
  }

  takeSend(): readonly Envelope[] {
    const taken = this.#send;
    if (taken.length === 0) return NOTHING;
    this.#send = [];
    return taken;
  }

  takeSendAfterPersist(): readonly Envelope[] {
    const taken = this.#sendAfterPersist;
    if (taken.length === 0) return NOTHING;
    this.#sendAfterPersist = [];
    return taken;
  }

  takeReads(): readonly SyncRead[] {
    const taken = this.#reads;
    if (taken.length === 0) return NOTHING;
    this.#reads = [];
    return taken;
  }

  takeBarriers(): readonly Barrier[] {
    const taken = this.#barriers;
    if (taken.length === 0) return NOTHING;
    this.#barriers = [];
    return taken;
  }

  takeBarriersLost(): readonly number[] {
    const taken = this.#barriersLost;
    if (taken.length === 0) return NOTHING;
    this.#barriersLost = [];
    return taken;
  }
}
