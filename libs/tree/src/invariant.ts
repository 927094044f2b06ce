/** Thrown when the tree's own reasoning is broken. The process must stop: its state is not to be trusted. */
export class TreeInvariantViolation extends Error {
  override readonly name = "TreeInvariantViolation";
}

/** States what always holds. Always on; a broken one stops the server rather than let it diverge. */
export function invariant(holds: boolean, claim: string, ...witnesses: unknown[]): asserts holds {
  if (!holds) throw new TreeInvariantViolation([claim, ...witnesses.map(String)].join(" | "));
}
