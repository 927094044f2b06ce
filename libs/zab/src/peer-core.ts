import { History } from "./history/history.ts";
import type { Incarnation, ServerId, StoreId } from "./ids.ts";
import { invariant } from "./invariant.ts";
import { Outbox } from "./outbox.ts";
import type { Members, Proposal } from "./proposal.ts";
import { Majority } from "./quorum/majority.ts";
import type { QuorumSystem } from "./quorum/quorum-system.ts";
import type { HardState, PeerConfig, SnapshotChunk, StoredHistory } from "./ready.ts";
import { Electorate } from "./voice/electorate.ts";
import { WritesInFlight } from "./writes-in-flight.ts";
import type { Epoch, Zxid } from "./zxid.ts";

/** To which run of which leader the present acceptedEpoch was promised. Forgotten with the process. */
export interface EpochPromise {
  readonly epoch: Epoch;
  readonly leader: ServerId;
  readonly incarnation: Incarnation;
}

/**
 * What every role of a peer shares: its history, its hard state and the way to the host. Each change
 * of the history is made here, in memory and in the outbox at once, so that the two never differ.
 */
export class PeerCore {
  readonly config: PeerConfig;
  readonly incarnation: Incarnation;
  readonly storeId: StoreId;
  readonly history: History;
  readonly outbox: Outbox;
  readonly writes: WritesInFlight;
  readonly quorum: QuorumSystem;
  readonly electorate: Electorate;
  promise: EpochPromise | undefined;
  #hardState: HardState;
  #attempt = 0;
  #readId = 0;
  #reason = "just started";
  #lookingBecause: string | undefined;

  constructor(config: PeerConfig, incarnation: Incarnation, stored: StoredHistory) {
    this.config = config;
    this.incarnation = incarnation;
    this.storeId = stored.storeId;
    // Nobody is synchronised by an observer: what it has delivered it need not keep.
    const windowBytesMax = config.observer ? 0 : config.committedWindowBytesMax;
    this.history = new History(stored, windowBytesMax);
    this.outbox = new Outbox(config.self, incarnation);
    this.quorum = new Majority(config.voters);
    this.electorate = new Electorate(this.history);
    this.#hardState = stored.hardState;
    this.writes = new WritesInFlight(stored.hardState);
    this.checkInvariants();
    this.#recallVoice();
  }

  get self(): ServerId {
    return this.config.self;
  }

  /** The newest hard state, on disk or on its way there. */
  get hardState(): HardState {
    return this.#hardState;
  }

  get reason(): string {
    return this.#reason;
  }

  /** Why this role has ended; the peer goes LOOKING after the step. */
  get lookingBecause(): string | undefined {
    return this.#lookingBecause;
  }

  /** Records, for a person, why the status is about to change. */
  explain(reason: string): void {
    this.#reason = reason;
  }

  endRole(reason: string): void {
    this.#lookingBecause ??= reason;
  }

  roleEnded(): void {
    this.#reason = this.#lookingBecause ?? this.#reason;
    this.#lookingBecause = undefined;
  }

  /** Numbers the tries to join, over all leaders of this run. */
  nextAttempt(): number {
    return ++this.#attempt;
  }

  /** Over all leaderships of this run, so that a late answer is never taken for another's. */
  nextReadId(): number {
    return ++this.#readId;
  }

  setHardState(change: Partial<HardState>): void {
    const next = { ...this.#hardState, ...change };
    invariant(next.acceptedEpoch >= this.#hardState.acceptedEpoch, "promises stay", next);
    this.#hardState = next;
    if (!this.config.observer) this.outbox.hardState(next);
  }

  append(proposal: Proposal): void {
    this.history.append(proposal);
    this.outbox.append(proposal);
    if (proposal.kind === "admission" && proposal.previous === 0) this.#foundingLogged();
  }

  truncate(to: Zxid): void {
    this.history.truncate(to);
    this.writes.truncate(to);
    this.outbox.truncateAfter(to);
  }

  stage(chunk: SnapshotChunk): void {
    this.outbox.stage(chunk);
  }

  install(zxid: Zxid, members: Members): void {
    this.history.install(zxid, members);
    this.writes.truncate(this.history.delivered);
    this.outbox.install(zxid, members);
    this.#setVoice(members.get(this.self) === this.storeId);
  }

  /** Hands out what is committed and durable, and takes note of admissions among it. */
  deliver(): readonly Proposal[] {
    if (!this.history.hasDeliverable) return [];
    const proposals = this.history.deliver();
    for (const proposal of proposals) {
      if (proposal.kind === "admission") this.#admissionDelivered();
    }
    return proposals;
  }

  checkInvariants(): void {
    this.history.checkInvariants();
    const { acceptedEpoch, currentEpoch } = this.#hardState;
    invariant(currentEpoch <= acceptedEpoch, "currentEpoch ≤ acceptedEpoch", currentEpoch);
  }

  /**
   * The founding admission gives a voice as soon as it is logged: its leader heard an empty history
   * and a promise from every voter, so there is nothing that a founder could have forgotten. Were it
   * given at commit only, a founding interrupted at the wrong moment would leave nobody to speak.
   */
  #foundingLogged(): void {
    if (this.history.membersInForce?.get(this.self) === this.storeId) this.#setVoice(true);
  }

  #admissionDelivered(): void {
    const members = this.history.admissions.vouched(this.history.delivered);
    this.#setVoice(members?.get(this.self) === this.storeId);
  }

  /** A crash may have come between the commit of this store's admission and the note of it. */
  #recallVoice(): void {
    const { admissions, committed } = this.history;
    if (admissions.vouched(committed)?.get(this.self) === this.storeId) this.#setVoice(true);
  }

  #setVoice(voice: boolean): void {
    if (this.config.observer || voice === this.#hardState.voice) return;
    this.setHardState({ voice });
    if (!voice) this.explain("another data folder was admitted for this server");
  }
}
