import { invariant } from "../invariant.ts";
import type { Members, Proposal } from "../proposal.ts";
import type { StoredHistory } from "../ready.ts";
import { decodeMembers } from "../voice/members-codec.ts";
import type { Zxid } from "../zxid.ts";
import { Admissions } from "./admissions.ts";
import { EpochEnds } from "./epoch-ends.ts";
import { ProposalWindow } from "./proposal-window.ts";

/**
 * A server's history: what it accepted, in order, and how far each stage of the work has come.
 *
 *   delivered ≤ committed ≤ lastZxid     delivered ≤ durable ≤ lastZxid
 *
 * `durable` is the part of the *present* history that is on disk: a truncation lowers it at once,
 * even while the disk still holds more.
 */
export class History {
  readonly #window: ProposalWindow;
  readonly #ends: EpochEnds;
  readonly admissions: Admissions;
  readonly #windowBytesMax: number;
  #logStart: Zxid;
  #committed: Zxid;
  #durable: Zxid;
  #delivered: Zxid;

  constructor(stored: StoredHistory, windowBytesMax: number) {
    const last = lastStored(stored);
    // A snapshot holds nothing but committed work, so it speaks for a watermark that lags.
    const committed = Math.max(stored.committed, stored.snapshotZxid) as Zxid;
    this.#windowBytesMax = windowBytesMax;
    this.#logStart = stored.logStart;
    this.#window = new ProposalWindow(stored.proposals[0]?.previous ?? last);
    for (const proposal of stored.proposals) this.#window.append(proposal);
    invariant(this.#window.base <= committed, "no hole after the replay", this.#window.base);
    this.#window.skip(committed);
    this.#ends = new EpochEnds(stored.logStart, stored.epochEnds);
    if (this.#ends.last < last) this.#ends.extend(last);
    this.admissions = new Admissions(stored.admissions);
    this.#durable = last;
    this.#committed = this.#window.floor(committed);
    this.#delivered = this.#committed;
    this.checkInvariants();
  }

  get lastZxid(): Zxid {
    return this.#window.last;
  }

  get committed(): Zxid {
    return this.#committed;
  }

  get durable(): Zxid {
    return this.#durable;
  }

  get delivered(): Zxid {
    return this.#delivered;
  }

  get logStart(): Zxid {
    return this.#logStart;
  }

  get isEmpty(): boolean {
    return this.lastZxid === 0;
  }

  /** All of them: what a leader plans with. */
  get epochEnds(): readonly Zxid[] {
    return this.#ends.all;
  }

  /** As many as a packet carries: what a learner tells. */
  get epochEndsOutline(): readonly Zxid[] {
    return this.#ends.outline();
  }

  get membersInForce(): Members | undefined {
    return this.admissions.inForce?.members;
  }

  get vouchedMembers(): Members | undefined {
    return this.admissions.vouched(this.#committed);
  }

  /** Whether a batch with this end can be part of this history. */
  covers(zxid: Zxid): boolean {
    return this.#ends.covers(zxid);
  }

  append(proposal: Proposal): void {
    this.#window.append(proposal);
    this.#ends.extend(proposal.last);
    if (proposal.kind === "admission") {
      const members = decodeMembers(proposal.payload);
      this.admissions.append({ zxid: proposal.last, members });
    }
  }

  truncate(to: Zxid): void {
    invariant(to >= this.#committed, "committed work stays", to, this.#committed);
    this.#window.truncate(to);
    this.#ends.truncate(to);
    this.admissions.truncate(to);
    this.#durable = Math.min(this.#durable, to) as Zxid;
  }

  /** The snapshot at `zxid` becomes the whole history. It is delivered when it is durable. */
  install(zxid: Zxid, members: Members): void {
    invariant(zxid >= this.#committed, "a snapshot never goes back", zxid, this.#committed);
    this.#window.reset(zxid);
    this.#ends.rebase(zxid);
    this.#ends.truncate(zxid);
    this.admissions.replaceBy({ zxid, members });
    this.#logStart = zxid;
    this.#committed = zxid;
    this.#durable = this.#delivered;
  }

  /** Raises `committed` to the last batch at or before `zxid`. Returns whether it moved. */
  commitTo(zxid: Zxid): boolean {
    const end = this.#window.floor(zxid);
    if (end <= this.#committed) return false;
    this.#committed = end;
    return true;
  }

  durableTo(zxid: Zxid, installed: Zxid | undefined): void {
    invariant(zxid <= this.lastZxid, "durable within the history", zxid, this.lastZxid);
    invariant(zxid >= this.#durable, "durable never shrinks by a write", zxid, this.#durable);
    this.#durable = zxid;
    if (installed !== undefined && installed > this.#delivered) this.#delivered = installed;
    this.#window.shrink(this.#windowBytesMax, this.#durable);
  }

  get hasDeliverable(): boolean {
    return this.#window.hasUndelivered(Math.min(this.#committed, this.#durable) as Zxid);
  }

  deliver(): readonly Proposal[] {
    const upTo = Math.min(this.#committed, this.#durable) as Zxid;
    const proposals = this.#window.deliver(upTo);
    this.#delivered = proposals[proposals.length - 1]?.last ?? this.#delivered;
    this.#window.shrink(this.#windowBytesMax, this.#durable);
    return proposals;
  }

  after(after: Zxid, bytesMax: number): readonly Proposal[] | "older" | "unknown" {
    return this.#window.after(after, bytesMax);
  }

  purged(logStart: Zxid): void {
    invariant(logStart <= this.#committed, "only committed log is purged", logStart);
    if (logStart <= this.#logStart) return;
    this.#logStart = logStart;
    this.#ends.rebase(logStart);
    this.admissions.prune(logStart);
  }

  checkInvariants(): void {
    const { delivered, committed, durable, lastZxid } = this;
    const areCommitted = delivered <= committed && committed <= lastZxid;
    invariant(areCommitted, "delivered ≤ committed ≤ lastZxid", delivered, committed, lastZxid);
    const areDurable = delivered <= durable && durable <= lastZxid;
    invariant(areDurable, "delivered ≤ durable ≤ lastZxid", delivered, durable, lastZxid);
    invariant(this.#logStart <= committed, "logStart ≤ committed", this.#logStart, committed);
    invariant(this.#ends.last === lastZxid, "epoch ends reach the last zxid", this.#ends.last);
  }
}

function lastStored(stored: StoredHistory): Zxid {
  const { proposals, epochEnds, snapshotZxid } = stored;
  const end = proposals[proposals.length - 1]?.last ?? epochEnds[epochEnds.length - 1];
  return Math.max(end ?? 0, snapshotZxid) as Zxid;
}
