import type { DataTree } from "@meerkat/tree";
import type {
  Envelope,
  Incarnation,
  PeerStatus,
  Persist,
  Proposal,
  ServerId,
  Zxid,
} from "@meerkat/zab";
import type { Image } from "../image.ts";
import type { Options } from "../options.ts";
import { AdmittedVoice } from "./admitted-voice.ts";
import { Agreement } from "./agreement.ts";
import { AppliedOnce } from "./applied-once.ts";
import type { Answer, Checker, ReadId } from "./checker.ts";
import { CommittedSurvives } from "./committed-survives.ts";
import { DurablePromises } from "./durable-promises.ts";
import { GlobalPrimaryOrder } from "./global-primary-order.ts";
import { Integrity } from "./integrity.ts";
import { Leadership } from "./leadership.ts";
import { Ledger } from "./ledger.ts";
import { LinearizableReads } from "./linearizable-reads.ts";
import { LocalPrimaryOrder } from "./local-primary-order.ts";
import { PersistedEpochs } from "./persisted-epochs.ts";
import { PrefixConsistency } from "./prefix-consistency.ts";
import { PrimaryIntegrity } from "./primary-integrity.ts";
import { SessionOrder } from "./session-order.ts";
import { TotalOrder } from "./total-order.ts";
import { TreeDigest } from "./tree-digest.ts";

/** Sees everything that happens and tells every checker. One per run. */
export class Witness {
  readonly ledger = new Ledger();
  readonly #checkers: readonly Checker[];

  /** `without` names checkers that stay at home (see mistakes.ts). */
  constructor({ voters, tree }: Options, without: ReadonlySet<string> = new Set()) {
    const { ledger } = this;
    const all: readonly Checker[] = [
      new PrefixConsistency(ledger),
      new Integrity(),
      new Agreement(ledger),
      new TotalOrder(ledger),
      new LocalPrimaryOrder(ledger),
      new GlobalPrimaryOrder(),
      new PrimaryIntegrity(ledger),
      new Leadership(),
      new CommittedSurvives(ledger),
      new PersistedEpochs(),
      new DurablePromises(),
      new AdmittedVoice(voters),
      new AppliedOnce(tree.idempotencyEntriesMax < 1_000 || tree.idempotencyAgeMsMax < 60_000),
      new SessionOrder(),
      new TreeDigest(ledger, tree),
      new LinearizableReads(),
    ];
    this.#checkers = all.filter((checker) => !without.has(checker.constructor.name));
  }

  broadcast(server: ServerId, incarnation: Incarnation, proposal: Proposal): void {
    for (const checker of this.#checkers) checker.broadcast?.(server, incarnation, proposal);
  }

  delivered(server: ServerId, proposal: Proposal): void {
    const position = this.ledger.positionOf(server);
    for (const checker of this.#checkers) checker.delivered?.(server, position, proposal);
    if (!this.ledger.advance(server, proposal)) return;
    for (const checker of this.#checkers) checker.committed?.(proposal);
  }

  restored(server: ServerId, zxid: Zxid): void {
    this.ledger.restore(server, zxid);
    for (const checker of this.#checkers) checker.restored?.(server, zxid);
  }

  durable(server: ServerId, image: Image, persist: Persist): void {
    for (const checker of this.#checkers) checker.durable?.(server, image, persist);
  }

  sent(envelope: Envelope, image: Image | undefined): void {
    for (const checker of this.#checkers) checker.sent?.(envelope, image);
  }

  established(server: ServerId, run: Incarnation, status: PeerStatus, image: Image): void {
    for (const checker of this.#checkers) checker.established?.(server, run, status, image);
  }

  applied(server: ServerId, zxid: Zxid, tree: DataTree): void {
    for (const checker of this.#checkers) checker.applied?.(server, zxid, tree);
  }

  answered(answer: Answer): void {
    for (const checker of this.#checkers) checker.answered?.(answer);
  }

  readSent(read: ReadId): void {
    for (const checker of this.#checkers) checker.readSent?.(read);
  }

  readServed(read: ReadId, appliedZxid: Zxid): void {
    for (const checker of this.#checkers) checker.readServed?.(read, appliedZxid);
  }
}
