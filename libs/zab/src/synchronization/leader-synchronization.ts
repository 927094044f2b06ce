import type { ServerId } from "../ids.ts";
import type { AckEpoch, SyncNext } from "../packets.ts";
import type { Proposal } from "../proposal.ts";
import type { SyncRead, SyncReadResult } from "../ready.ts";
import type { Leadership } from "../role/leadership.ts";
import type { Epoch, Zxid } from "../zxid.ts";
import { planSync } from "./sync-plan.ts";

/** One question to the own storage, on behalf of one learner. */
interface PendingRead {
  readonly read: SyncRead;
  readonly learner: ServerId;
  readonly attempt: number;
  readonly epoch: Epoch;
}

type ReadWish =
  | { readonly kind: "log"; readonly after: Zxid; readonly bytesMax: number }
  | { readonly kind: "snapshot"; readonly index: number; readonly zxid?: Zxid };

/**
 * Phase 2 at the leader. Learners pull, so nothing is remembered of a transfer but the read that
 * is under way; whatever is lost is asked for again.
 */
export class LeaderSynchronization {
  readonly #leadership: Leadership;
  /** At most one per learner. */
  readonly #reads = new Map<ServerId, PendingRead>();

  constructor(leadership: Leadership) {
    this.#leadership = leadership;
  }

  /** The learner has told its history: the first part of ours. */
  begin(learner: ServerId, packet: AckEpoch): void {
    const { core, openEpoch: epoch } = this.#leadership;
    const { epochEnds, lastZxid, logStart } = core.history;
    const plan = planSync(
      { ends: epochEnds, lastZxid, logStart },
      { ends: packet.epochEnds, lastZxid: packet.lastZxid },
    );
    const { attempt } = packet;
    switch (plan.mode) {
      case "DIFF":
        this.#continueFrom(learner, attempt, plan.after);
        return;
      case "TRUNC":
        core.outbox.send(learner, { type: "TRUNC", attempt, epoch, to: plan.to });
        return;
      case "SNAP":
        this.#read(learner, attempt, { kind: "snapshot", index: 0 });
        return;
    }
  }

  onSyncNext(learner: ServerId, packet: SyncNext): void {
    const { attempt, after, chunk } = packet;
    if (chunk === undefined) this.#continueFrom(learner, attempt, after);
    else this.#read(learner, attempt, { kind: "snapshot", index: chunk, zxid: after });
  }

  provide(result: SyncReadResult): void {
    const pending = this.#takePending(result.id);
    if (pending === undefined || pending.epoch !== this.#leadership.epoch) return;
    switch (result.kind) {
      case "log":
        this.#provideLog(pending, result.proposals);
        return;
      case "snapshot":
        this.#sendSnap(pending, result);
        return;
      case "gone":
        this.#planAnew(pending);
        return;
    }
  }

  #continueFrom(learner: ServerId, attempt: number, after: Zxid): void {
    const { history, config } = this.#leadership.core;
    const bytesMax = config.syncChunkBytesMax;
    const proposals = history.after(after, bytesMax);
    if (proposals === "unknown") return;
    if (proposals !== "older") this.#sendDiff(learner, attempt, after, proposals);
    else if (after >= history.logStart) {
      this.#read(learner, attempt, { kind: "log", after, bytesMax });
    } else this.#read(learner, attempt, { kind: "snapshot", index: 0 });
  }

  #provideLog({ learner, attempt, read }: PendingRead, proposals: readonly Proposal[]): void {
    if (read.kind !== "log") return;
    if (proposals.length === 0) this.#read(learner, attempt, { kind: "snapshot", index: 0 });
    else if (this.#isOurs(read.after, proposals)) {
      this.#sendDiff(learner, attempt, read.after, proposals);
    }
  }

  /** The newest snapshot serves everyone; when there is none either, the learner will ask again. */
  #planAnew({ learner, attempt, read }: PendingRead): void {
    if (read.kind === "snapshot" && read.zxid === undefined) return;
    this.#read(learner, attempt, { kind: "snapshot", index: 0 });
  }

  /** Never hand out a hole, nor what the disk still holds of a history that was truncated since. */
  #isOurs(after: Zxid, proposals: readonly Proposal[]): boolean {
    let previous = after;
    for (const proposal of proposals) {
      if (proposal.previous !== previous) return false;
      if (!this.#leadership.core.history.covers(proposal.last)) return false;
      previous = proposal.last;
    }
    return true;
  }

  #sendDiff(to: ServerId, attempt: number, after: Zxid, proposals: readonly Proposal[]): void {
    const { core, openEpoch: epoch } = this.#leadership;
    const { committed, lastZxid } = core.history;
    const reached = proposals[proposals.length - 1]?.last ?? after;
    const complete = reached === lastZxid;
    const type = "DIFF";
    core.outbox.send(to, { type, attempt, epoch, after, proposals, complete, committed });
    if (complete) core.outbox.send(to, { type: "NEWLEADER", attempt, epoch, lastZxid });
  }

  #sendSnap(pending: PendingRead, result: SyncReadResult & { readonly kind: "snapshot" }): void {
    const { core, openEpoch: epoch } = this.#leadership;
    const { zxid, index, last, chunk } = result.part;
    const { learner, attempt } = pending;
    const { members } = result;
    const type = "SNAP";
    const packet = { type, attempt, epoch, zxid, members, index, last, chunk } as const;
    core.outbox.send(learner, packet);
  }

  /** The same question is not asked twice at a time, however often the learner repeats itself. */
  #read(learner: ServerId, attempt: number, wish: ReadWish): void {
    const { core, openEpoch: epoch } = this.#leadership;
    const pending = this.#reads.get(learner);
    if (pending !== undefined && isSame(pending, { attempt, epoch, wish })) return;
    const read: SyncRead = { id: core.nextReadId(), ...wish };
    this.#reads.set(learner, { read, learner, attempt, epoch });
    core.outbox.read(read);
  }

  #takePending(id: number): PendingRead | undefined {
    for (const pending of this.#reads.values()) {
      if (pending.read.id !== id) continue;
      this.#reads.delete(pending.learner);
      return pending;
    }
    return undefined;
  }
}

function isSame(
  pending: PendingRead,
  { attempt, epoch, wish }: { attempt: number; epoch: Epoch; wish: ReadWish },
): boolean {
  const { read } = pending;
  if (pending.attempt !== attempt || pending.epoch !== epoch) return false;
  if (read.kind === "log") return wish.kind === "log" && read.after === wish.after;
  return wish.kind === "snapshot" && read.index === wish.index && read.zxid === wish.zxid;
}
