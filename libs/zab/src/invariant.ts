/** Thrown when the protocol's own reasoning is broken. The process must stop: its state is not to be trusted. */
export class InvariantViolation extends Error {
  override readonly name = "InvariantViolation";
}

/** States what always holds. Always on; a broken one crashes the replica rather than let it go on. */
export function invariant(holds: boolean, claim: string, ...witnesses: unknown[]): asserts holds {
  if (!holds) throw new InvariantViolation([claim, ...witnesses.map(String)].join(" | "));
}
