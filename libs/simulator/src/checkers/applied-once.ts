import { formatZxid, type Proposal, type Zxid } from "@meerkat/zab";
import { batchOf } from "../batch.ts";
import { Violation } from "../violation.ts";
import type { Answer, Checker } from "./checker.ts";

/**
 * AppliedOnce: no request stands twice in the committed history, however often it was sent, an
 * answer names the place where its request stands, and an idempotency key takes effect once.
 */
export class AppliedOnce implements Checker {
  readonly #requests = new Map<string, { readonly zxid: Zxid; readonly answeredWith: Zxid }>();
  readonly #forgetsKeys: boolean;
  readonly #keys = new Map<string, Zxid>();

  /** Where keys are kept for a short while only, a late retry takes effect again. */
  constructor(forgetsKeys: boolean) {
    this.#forgetsKeys = forgetsKeys;
  }

  committed(proposal: Proposal): void {
    if (proposal.kind !== "txns") return;
    let next: number = proposal.first;
    for (const { origin, idempotency, body } of batchOf(proposal).txns) {
      const zxid = next++ as Zxid;
      const tookEffect = body.type !== "error" && body.type !== "duplicate";
      if (idempotency !== undefined && tookEffect) this.#useKey(idempotency.key, zxid);
      if (origin.gateway === 0) continue;
      const name = `${origin.gateway}.${origin.number}`;
      const before = this.#requests.get(name);
      if (before !== undefined) {
        const claim = `request ${name} is committed as ${formatZxid(zxid)}`;
        throw new Violation("AppliedOnce", `${claim} and as ${formatZxid(before.zxid)}`);
      }
      // A duplicate is given the answer of the transaction that its key took effect in.
      const original = body.type === "duplicate" ? this.#keys.get(body.key) : zxid;
      this.#requests.set(name, { zxid, answeredWith: original ?? zxid });
    }
  }

  #useKey(key: string, zxid: Zxid): void {
    const before = this.#keys.get(key);
    this.#keys.set(key, zxid);
    if (before === undefined || this.#forgetsKeys) return;
    const claim = `key ${key} takes effect at ${formatZxid(zxid)}`;
    throw new Violation("AppliedOnce", `${claim} and at ${formatZxid(before)}`);
  }

  answered({ gateway, number, result }: Answer): void {
    const committed = this.#requests.get(`${gateway}.${number}`);
    if (committed?.answeredWith === result.zxid) return;
    const told = formatZxid(result.zxid as Zxid);
    const claim = `request ${gateway}.${number} was answered with ${told}`;
    const found =
      committed === undefined ? "not committed" : `committed as ${formatZxid(committed.zxid)}`;
    throw new Violation("AppliedOnce", `${claim}, but is ${found}`);
  }
}
