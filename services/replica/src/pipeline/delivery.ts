import { type DataTree, readTxnBatch } from "@meerkat/tree";
import { formatZxid, invariant, type Proposal, type Zxid } from "@meerkat/zab";

/** This replica computed another state than the leader from the same history. It must not go on. */
export class StateDiverged extends Error {
  override readonly name = "StateDiverged";
}

interface Prepared {
  readonly last: Zxid;
  readonly digest: string;
}

/** What a tree loaded from a snapshot says of itself. */
export interface LoadedTree {
  readonly tree: DataTree;
  /** Everything up to here is in it. */
  readonly zxid: Zxid;
  /** The snapshot is fuzzy: it may hold parts of what follows, up to here. */
  readonly consistentFrom: Zxid;
}

/**
 * Brings what is committed into the tree, in order. A follower applies it and compares the digest of
 * each batch with the leader's. The leader's tree holds it already: it ran ahead when it proposed,
 * so that commit only forgets the way back.
 */
export class Delivery {
  #tree: DataTree;
  #consistentFrom: Zxid;
  #applied: Zxid;
  #digest: string;
  #timeMs = 0;
  /** Batches that this leader has prepared and that are not committed yet. */
  readonly #prepared: Prepared[] = [];

  constructor(loaded: LoadedTree) {
    this.#tree = loaded.tree;
    this.#consistentFrom = loaded.consistentFrom;
    this.#applied = loaded.zxid;
    this.#digest = loaded.tree.digestHex;
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

  /** The zxid up to which the tree holds something: ahead of `applied` on a leader. */
  get preparedThrough(): Zxid {
    return this.#prepared.at(-1)?.last ?? this.#applied;
  }

  /** A snapshot from the leader replaces everything. */
  replace(loaded: LoadedTree): void {
    invariant(this.#prepared.length === 0, "a leader installs no snapshot");
    this.#tree = loaded.tree;
    this.#consistentFrom = loaded.consistentFrom;
    this.#applied = loaded.zxid;
    this.#digest = loaded.tree.digestHex;
  }

  /** The leader has proposed a batch whose txns are in the tree already. */
  prepared(last: Zxid, digest: string, timeMs: number): void {
    this.#prepared.push({ last, digest });
    this.#timeMs = timeMs;
  }

  deliver(proposal: Proposal): void {
    invariant(proposal.previous === this.#applied, "delivered in order", proposal.previous);
    const ahead = this.#prepared[0];
    if (ahead !== undefined && ahead.last <= proposal.last) this.#commit(proposal);
    else if (proposal.kind === "txns") this.#apply(proposal);
    this.#applied = proposal.last;
  }

  /** Leadership is lost: what was not delivered leaves the tree again. */
  rollback(): void {
    if (this.#prepared.length === 0) return;
    this.#tree.journal.rollback(this.#applied);
    this.#prepared.length = 0;
    invariant(
      this.#applied < this.#consistentFrom || this.#tree.digestHex === this.#digest,
      "a rollback restores the state",
      formatZxid(this.#applied),
    );
  }

  #commit(proposal: Proposal): void {
    const batch = this.#prepared.shift();
    invariant(batch?.last === proposal.last, "batches are never split", formatZxid(proposal.last));
    this.#tree.journal.commit(batch.last);
    this.#digest = batch.digest;
  }

  #apply({ first, last, payload }: Proposal): void {
    const batch = readTxnBatch(payload);
    invariant(batch.count === last - first + 1, "a zxid for each txn", formatZxid(first));
    let zxid: number = first;
    for (const txn of batch.txns) this.#tree.apply(txn, zxid++);
    this.#digest = this.#tree.digestHex;
    this.#timeMs = batch.time;
    if (last >= this.#consistentFrom && this.#digest !== batch.digest) {
      throw new StateDiverged(
        `The state at ${formatZxid(last)} has digest ${this.#digest}, but the leader that made ` +
          `this transaction had ${batch.digest}. This replica stops rather than go on with a wrong ` +
          "state. Move its data folder away and start it again: it then fetches everything from the " +
          "leader. If it happens again, keep the folders and report it.",
      );
    }
  }
}

