import { type DataTree, type Txn, TxnBatchReader } from "@meerkat/tree";
import { formatZxid, invariant, type Proposal, type Zxid } from "@meerkat/zab";
import type { RecentChanges } from "../watch/recent-changes.ts";
import { BatchCounters } from "./batch-counters.ts";

/** This replica computed another state than the leader from the same history. It must not go on. */
export class StateDiverged extends Error {
  override readonly name = "StateDiverged";
}

interface Prepared {
  readonly last: Zxid;
  readonly digest: string;
  readonly preparedAtMs: number;
}

/**
 * Brings what is committed into the tree, in order. A follower applies it and compares the digest of
 * each batch with the leader's. The leader's tree holds it already: it ran ahead when it proposed,
 * so that commit only forgets the way back.
 */
export class Delivery {
  readonly counters = new BatchCounters();
  /** What went through the tree last; nobody asks for it when watch events are off. */
  readonly recent: RecentChanges | undefined;
  #tree: DataTree;
  #applied: Zxid;
  #digest: string;
  #timeMs = 0;
  /** Batches that this leader has prepared and that are not committed yet. */
  readonly #prepared: Prepared[] = [];

  /** A tree that holds everything up to its `lastZxid`: an empty one, or one from a snapshot. */
  constructor(tree: DataTree, recent?: RecentChanges) {
    this.recent = recent;
    this.#tree = tree;
    this.#applied = tree.lastZxid as Zxid;
    this.#digest = tree.digestHex;
    recent?.restart(tree.consistentFrom);
  }

  get tree(): DataTree {
    return this.#tree;
  }

  /** Zxid of the last delivered txn. */
  get applied(): Zxid {
    return this.#applied;
  }

  /** Digest of the tree at `applied`, wherever the leader's tree has run to. */
  get digest(): string {
    return this.#digest;
  }

  /** Time of the newest batch, delivered or prepared; the next one must not be earlier. */
  get timeMs(): number {
    return this.#timeMs;
  }

  /** A snapshot from the leader replaces everything. */
  replace(tree: DataTree): void {
    invariant(this.#prepared.length === 0, "a leader installs no snapshot");
    this.#tree = tree;
    this.#applied = tree.lastZxid as Zxid;
    this.#digest = tree.digestHex;
    this.recent?.restart(tree.consistentFrom);
  }

  /** The leader has proposed a batch whose txns are in the tree already. */
  prepared(proposal: Proposal, digest: string, timeMs: number): void {
    this.#prepared.push({ last: proposal.last, digest, preparedAtMs: performance.now() });
    this.counters.onProposed(proposal);
    this.#timeMs = timeMs;
  }

  deliver(proposal: Proposal): void {
    invariant(proposal.previous === this.#applied, "delivered in order", proposal.previous);
    const ahead = this.#prepared[0];
    if (proposal.kind === "admission") this.#tree.advanceTo(proposal.last);
    else if (ahead === undefined) this.#apply(proposal);
    else this.#commit(ahead, proposal.last);
    this.#applied = proposal.last;
    this.counters.onDelivered(proposal);
  }

  /** Leadership is lost: what was not delivered leaves the tree again. */
  rollback(): void {
    if (this.#prepared.length === 0) return;
    this.#tree.journal.rollback(this.#applied);
    this.recent?.rollback(this.#applied);
    this.#prepared.length = 0;
    invariant(this.#isFuzzy || this.#tree.digestHex === this.#digest, "a rollback restores");
  }

  /** The tree came from a snapshot and has not yet caught up with all that may be in it. */
  get #isFuzzy(): boolean {
    return this.#applied < this.#tree.consistentFrom;
  }

  #commit({ last, digest, preparedAtMs }: Prepared, committed: Zxid): void {
    invariant(last === committed, "batches are never split", formatZxid(committed));
    this.#prepared.shift();
    this.#tree.journal.commit(last);
    this.counters.quorumAckMs.add(performance.now() - preparedAtMs);
    this.#digest = digest;
  }

  #apply({ first, last, payload }: Proposal): void {
    const batch = new TxnBatchReader(payload);
    invariant(batch.count === last - first + 1, "a zxid for each txn", formatZxid(first));
    let zxid: number = first;
    for (let txn = batch.next(); txn !== undefined; txn = batch.next()) {
      this.#applyTxn(txn, zxid);
      zxid += 1;
    }
    this.#digest = this.#tree.digestHex;
    this.#timeMs = batch.time;
    if (batch.digest === undefined || last < this.#tree.consistentFrom) return;
    if (this.#digest !== batch.digest) {
      throw new StateDiverged(
        `The state at ${formatZxid(last)} has digest ${this.#digest}, but the leader that made ` +
          `this transaction had ${batch.digest}. This replica stops rather than go on with a wrong ` +
          "state. Move its data folder away and start it again: it then fetches everything from the " +
          "leader. If it happens again, keep the folders and report it.",
      );
    }
  }
  /** Over a fuzzy snapshot the tree runs through states that never were: nobody is told of those. */
  #applyTxn(txn: Txn, zxid: number): void {
    const recent = zxid > this.#tree.consistentFrom ? this.recent : undefined;
    this.#tree.apply(txn, zxid, recent);
    recent?.endTxn(txn, zxid);
  }
}
