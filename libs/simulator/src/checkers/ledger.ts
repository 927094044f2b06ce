import { formatZxid, type Proposal, type ServerId, ZXID_ZERO, type Zxid } from "@meerkat/zab";
import { Violation } from "../violation.ts";

/**
 * Everything delivered anywhere, in the order of its first delivery, and how far each server has
 * come in it. There is one such order only as long as the checkers find nothing.
 */
export class Ledger {
  readonly proposals: Proposal[] = [];
  readonly #countByLast = new Map<Zxid, number>([[ZXID_ZERO, 0]]);
  readonly #positions = new Map<ServerId, number>();

  get last(): Proposal | undefined {
    return this.proposals.at(-1);
  }

  get lastZxid(): Zxid {
    return this.last?.last ?? ZXID_ZERO;
  }

  /**
   * How many proposals this server has delivered in this run, those before its snapshot included.
   */
  positionOf(server: ServerId): number {
    return this.#positions.get(server) ?? 0;
  }

  /** The proposal that another server delivered at this position. */
  at(position: number): Proposal | undefined {
    return this.proposals[position];
  }

  indexOf(proposal: Proposal): number | undefined {
    const count = this.#countByLast.get(proposal.last);
    if (count === undefined || count === 0) return undefined;
    const held = this.proposals[count - 1] as Proposal;
    return isSameProposal(held, proposal) ? count - 1 : undefined;
  }

  restore(server: ServerId, zxid: Zxid): void {
    const count = this.#countByLast.get(zxid);
    if (count === undefined) {
      const claim = `server ${server} starts from a snapshot at ${formatZxid(zxid)}`;
      throw new Violation("PrefixConsistency", `${claim}, where no committed history ends`);
    }
    this.#positions.set(server, count);
  }

  /** True when nobody had delivered it before. */
  advance(server: ServerId, proposal: Proposal): boolean {
    const position = this.positionOf(server);
    this.#positions.set(server, position + 1);
    if (position < this.proposals.length) return false;
    this.proposals.push(proposal);
    this.#countByLast.set(proposal.last, this.proposals.length);
    return true;
  }
}

export function isSameProposal(one: Proposal, other: Proposal): boolean {
  if (one === other) return true;
  if (one.first !== other.first || one.last !== other.last || one.kind !== other.kind) return false;
  if (one.previous !== other.previous || one.payload.length !== other.payload.length) return false;
  return (
    one.payload === other.payload ||
    one.payload.every((byte, index) => byte === other.payload[index])
  );
}

export function describeProposal(proposal: Proposal): string {
  const { first, last, kind } = proposal;
  const range = first === last ? formatZxid(first) : `${formatZxid(first)}…${formatZxid(last)}`;
  return kind === "admission" ? `${range} (admission)` : range;
}
