import {
  type ApplySink,
  DataTree,
  prepare,
  type Request,
  type Session,
  SnapshotLoader,
  TxnBatchWriter,
} from "@meerkat/tree";
import {
  decodeMembers,
  formatZxid,
  type Members,
  type Peer,
  type Proposal,
  type ServerId,
  type SnapshotChunk,
  ZXID_ZERO,
  type Zxid,
} from "@meerkat/zab";
import { applyBatch, batchOf } from "./batch.ts";
import { isSameProposal } from "./checkers/ledger.ts";
import { describeDifference, expectedTree } from "./checkers/tree-difference.ts";
import { type Image, indexAfter } from "./image.ts";
import { Violation } from "./violation.ts";
import type { World } from "./world.ts";

/** A server's tree: applies what is committed and, on the leader, runs ahead of it. */
export class TreeHost {
  readonly #world: World;
  readonly #id: ServerId;
  readonly #sink: ApplySink | undefined;
  readonly #writer = new TxnBatchWriter();
  #tree: DataTree;
  #applied: Zxid = ZXID_ZERO;
  /** Proposed here and not committed yet; they are in the tree already. */
  #ahead: Proposal[] = [];
  /** Committed, ascending; one is in force until the next. */
  #admissions: { readonly zxid: Zxid; readonly members: Members }[] = [];
  #staged: SnapshotChunk[] = [];

  constructor(world: World, id: ServerId, sink?: ApplySink) {
    this.#world = world;
    this.#id = id;
    this.#sink = sink;
    this.#tree = new DataTree(world.options.tree);
  }

  get tree(): DataTree {
    return this.#tree;
  }

  /** Committed and in the tree; the tree may be further. */
  get appliedZxid(): Zxid {
    return this.#applied;
  }

  /**
   * False while the log is being replayed over a fuzzy snapshot: then the tree is of no one moment.
   */
  get isConsistent(): boolean {
    return this.#applied >= this.#tree.consistentFrom;
  }

  /** The admission in force at `zxid`. */
  membersAt(zxid: Zxid): Members {
    return this.#admissions.findLast((admission) => admission.zxid <= zxid)?.members ?? new Map();
  }

  sessions(): Iterable<Session> {
    return this.#tree.sessions.values();
  }

  /** At start: the snapshot, then the log as far as it is known to be committed. */
  restore(image: Image): void {
    const snapshot = image.snapshots.at(-1);
    if (snapshot === undefined) this.#world.witness.restored(this.#id, ZXID_ZERO);
    else this.#load(snapshot.zxid, snapshot.chunks, snapshot.members);
    for (const proposal of image.log.slice(indexAfter(image.log, this.#applied))) {
      if (proposal.last > image.committed) break;
      this.deliver(proposal);
    }
  }

  stage(chunks: readonly SnapshotChunk[]): void {
    for (const chunk of chunks) {
      if (chunk.index === 0) this.#staged = [];
      this.#staged.push(chunk);
    }
  }

  install(zxid: Zxid, members: Members): void {
    this.#ahead = [];
    this.#load(
      zxid,
      this.#staged.map(({ chunk }) => chunk),
      members,
    );
    this.#staged = [];
  }

  deliver(proposal: Proposal): void {
    const { witness, transcript } = this.#world;
    transcript.note(proposal.last);
    witness.delivered(this.#id, proposal);
    this.#applied = proposal.last;
    if (proposal.kind === "admission") {
      const members = decodeMembers(proposal.payload);
      this.#admissions.push({ zxid: proposal.last, members });
    } else {
      this.#apply(proposal);
    }
    const isBehind = this.#ahead.length === 0;
    if (isBehind && this.isConsistent) {
      witness.applied(this.#id, proposal.last, this.#tree);
    }
  }

  /** Prepares the requests on the tree, one batch, and proposes it. */
  propose(peer: Peer, requests: readonly Request[], nowMs: number): void {
    const writer = this.#writer;
    let zxid: Zxid = peer.nextZxid;
    writer.begin(zxid, nowMs);
    for (const request of requests) {
      writer.add(prepare(this.#tree, request, { zxid, time: nowMs }));
      zxid = (zxid + 1) as Zxid;
    }
    const payload = writer.finish(this.#tree.digestHex);
    this.#ahead.push(peer.propose(payload, requests.length));
  }

  /** Leadership is over: what is not committed leaves the tree. False when there was nothing. */
  rollback(): boolean {
    if (this.#ahead.length === 0) return false;
    this.#ahead = [];
    this.#tree.journal.rollback(this.#applied);
    return true;
  }

  #apply(proposal: Proposal): void {
    const own = this.#ahead[0];
    if (own !== undefined && isSameProposal(own, proposal)) {
      this.#ahead.shift();
      this.#tree.journal.commit(proposal.last);
      return;
    }
    if (own !== undefined) {
      throw new Violation("Host", `server ${this.#id} is ahead of the tree and applies another's`);
    }
    applyBatch(this.#tree, proposal, this.#sink);
    if (!this.isConsistent) return;
    const { digest } = batchOf(proposal);
    if (digest === this.#tree.digestHex) return;
    const claim = `server ${this.#id} has digest ${this.#tree.digestHex}`;
    const expected = expectedTree(
      this.#world.witness.ledger,
      proposal.last,
      this.#world.options.tree,
    );
    throw new Violation(
      "TreeDigest",
      `${claim} at ${formatZxid(proposal.last)} where its batch says ${digest}\n` +
        describeDifference(this.#tree, expected),
    );
  }

  #load(zxid: Zxid, chunks: readonly Uint8Array[], members: Members): void {
    const loader = new SnapshotLoader(this.#world.options.tree);
    for (const chunk of chunks) loader.load(chunk);
    this.#tree = loader.finish();
    this.#applied = zxid;
    this.#admissions = [{ zxid, members }];
    this.#world.witness.restored(this.#id, zxid);
  }
}
