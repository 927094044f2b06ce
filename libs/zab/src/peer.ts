import { validateConfig } from "./config.ts";
import type { Incarnation, ServerId } from "./ids.ts";
import { invariant } from "./invariant.ts";
import type { Envelope } from "./packets.ts";
import { PeerCore } from "./peer-core.ts";
import type { Proposal } from "./proposal.ts";
import type {
  LearnerCounts,
  PeerConfig,
  PeerStatus,
  Ready,
  StoredHistory,
  SyncReadResult,
} from "./ready.ts";
import { Following } from "./role/following.ts";
import { Leading } from "./role/leading.ts";
import { Looking } from "./role/looking.ts";
import { Observing } from "./role/observing.ts";
import type { Role } from "./role/role.ts";
import { checkTransition } from "./role/transitions.ts";
import type { Zxid } from "./zxid.ts";

/**
 * One server of the ensemble, as a pure state machine: events in (`step`, `tick`, `advise`,
 * `propose`, `barrier`, `provide`, `persisted`, `purged`), and one `Ready` out for all that they
 * ask of the host. Equal inputs give equal outputs.
 */
export class Peer {
  readonly #core: PeerCore;
  readonly #incarnations = new Map<ServerId, Incarnation>();
  #role: Role;
  #readyNumber = 0;
  #told: PeerStatus;

  /** @throws ConfigError when the configuration cannot work. */
  constructor(config: PeerConfig, incarnation: Incarnation, stored: StoredHistory) {
    validateConfig(config);
    this.#core = new PeerCore(config, incarnation, stored);
    this.#role = this.#looking();
    this.#told = this.status;
  }

  get status(): PeerStatus {
    const { history, hardState, reason } = this.#core;
    const { serverState, zabState, epoch, leader, established } = this.#role;
    const { lastZxid, committed } = history;
    const { voice } = hardState;
    return {
      serverState,
      zabState,
      epoch,
      leader,
      established,
      voice,
      lastZxid,
      committed,
      reason,
    };
  }

  /** Batches proposed by this leader and not committed. */
  get outstanding(): number {
    return this.#role instanceof Leading ? this.#role.outstanding : 0;
  }

  /** Undefined while it does not lead. */
  get learners(): LearnerCounts | undefined {
    return this.#role instanceof Leading ? this.#role.learners : undefined;
  }

  /** True while this peer leads an established epoch and has room for one more batch. */
  get canPropose(): boolean {
    return this.#role instanceof Leading && this.#role.canPropose;
  }

  /** The zxid that the first txn of the next batch gets. @throws InvariantViolation unless LEADING. */
  get nextZxid(): Zxid {
    return this.#leading("nextZxid").nextZxid;
  }

  step(envelope: Envelope): void {
    if (this.#shouldIgnore(envelope)) return;
    this.#role.step(envelope);
    const moved = this.#afterStep();
    // An observer need not wait for the next heartbeat of the leader that it just heard.
    if (moved && this.#core.config.observer) this.#role.step(envelope);
    this.#core.checkInvariants();
  }

  tick(): void {
    this.#role.tick();
    this.#afterStep();
    this.#core.checkInvariants();
  }

  /**
   * How many of the coming ticks do nothing but count, as long as nothing else happens. A host need
   * not wake up for them: it may let them pass, and deliver them together before the next event.
   */
  get quietTicks(): number {
    return Math.max(0, this.#role.quietTicks);
  }

  /** The election's advice. Only a voter that is LOOKING takes it; safety never rests on it. */
  advise(leader: ServerId): void {
    const { config, self } = this.#core;
    if (!(this.#role instanceof Looking) || config.observer) return;
    if (!config.voters.includes(leader)) {
      this.#core.explain(`advised to follow server ${leader}, which is no voter`);
    } else if (leader !== self) this.#follow(leader);
    else if (this.#mayLead()) this.#become(new Leading(this.#core), "advised to lead");
    this.#afterStep();
    this.#core.checkInvariants();
  }

  /** Proposes `count` transactions as one batch. @throws InvariantViolation unless `canPropose`. */
  propose(payload: Uint8Array, count: number): Proposal {
    const proposal = this.#leading("propose").propose(payload, count);
    this.#core.checkInvariants();
    return proposal;
  }

  /** Asks for proof that this peer still leads; the answer is in a later Ready, under the same id. */
  barrier(id: number): void {
    if (this.#role instanceof Leading) this.#role.barrier(id);
    else this.#core.outbox.barrierLost(id);
  }

  /** The answer to a `SyncRead`. Late ones are ignored. */
  provide(result: SyncReadResult): void {
    if (this.#role instanceof Leading) this.#role.provide(result);
    this.#core.checkInvariants();
  }

  /**
   * Whether a confirmation of what is being written would have consequences now. A host may leave one that
   * has none to the next event: a leader's disk is usually done long before its followers'.
   */
  get awaitsDisk(): boolean {
    return this.#role.awaitsDisk;
  }

  /** Everything up to this Ready is on disk. */
  persisted(readyNumber: number): void {
    const durable = this.#core.writes.confirm(readyNumber);
    if (durable === undefined) return;
    this.#core.history.durableTo(durable.lastZxid, durable.installed);
    this.#role.persisted();
    this.#afterStep();
    this.#core.checkInvariants();
  }

  /** The host has deleted the log up to `logStart`. */
  purged(logStart: Zxid): void {
    this.#core.history.purged(logStart);
    this.#core.checkInvariants();
  }

  hasReady(): boolean {
    const { outbox, history } = this.#core;
    return (
      !outbox.isEmpty || this.#role.hasWork || history.hasDeliverable || this.#hasStatusToTell()
    );
  }

  takeReady(): Ready {
    const { outbox, history, writes } = this.#core;
    const number = ++this.#readyNumber;
    const deliver = this.#core.deliver();
    this.#role.prepareReady();
    const installed = outbox.installed;
    const persist = outbox.takePersist(history.committed);
    writes.taken(number);
    if (persist !== undefined) {
      const { lastZxid } = history;
      writes.push({ number, lastZxid, hardState: this.#core.hardState, installed });
    }
    const status = this.#hasStatusToTell() ? this.status : undefined;
    if (status !== undefined) this.#told = status;
    this.#core.checkInvariants();
    return {
      number,
      send: outbox.takeSend(),
      persist,
      sendAfterPersist: outbox.takeSendAfterPersist(),
      deliver,
      reads: outbox.takeReads(),
      barriers: outbox.takeBarriers(),
      barriersLost: outbox.takeBarriersLost(),
      status,
    };
  }

  #looking(): Looking {
    return new Looking(this.#core, (leader) => {
      this.#become(new Observing(this.#core, leader), `server ${leader} leads`);
    });
  }

  #follow(leader: ServerId): void {
    this.#become(new Following(this.#core, leader), `advised to follow server ${leader}`);
  }

  /** Without a voice a server leads a founding only: it may have forgotten what it promised. */
  #mayLead(): boolean {
    const { history, electorate, self, storeId, hardState } = this.#core;
    if (history.isEmpty || electorate.counts(self, storeId, hardState.voice)) return true;
    this.#core.explain("advised to lead, but this data folder is not admitted yet");
    return false;
  }

  #become(role: Role, reason: string): void {
    checkTransition(this.#role.serverState, role.serverState);
    this.#role.leave();
    this.#role = role;
    if (role.zabState === "ELECTION") return;
    if (!(role instanceof Leading)) this.#core.explain(reason);
  }

  /** Returns whether the role has ended. */
  #afterStep(): boolean {
    if (this.#core.lookingBecause === undefined) return false;
    this.#core.roleEnded();
    this.#become(this.#looking(), this.#core.reason);
    return true;
  }

  #leading(what: string): Leading {
    invariant(this.#role instanceof Leading, `${what} needs a peer that is LEADING`);
    return this.#role;
  }

  /** Another's packet, an earlier run's, or our own come back. */
  #shouldIgnore({ from, to, incarnation }: Envelope): boolean {
    const { self } = this.#core;
    if (from === self || (typeof to === "number" && to !== self)) return true;
    const newest = this.#incarnations.get(from);
    if (newest !== undefined && incarnation < newest) return true;
    if (newest !== incarnation) this.#incarnations.set(from, incarnation);
    return false;
  }

  /** Positions change with every batch; only the rest of the status is news. */
  #hasStatusToTell(): boolean {
    const told = this.#told;
    const { serverState, zabState, epoch, leader, established } = this.#role;
    return (
      told.serverState !== serverState ||
      told.zabState !== zabState ||
      told.epoch !== epoch ||
      told.leader !== leader ||
      told.established !== established ||
      told.voice !== this.#core.hardState.voice ||
      told.reason !== this.#core.reason
    );
  }
}
