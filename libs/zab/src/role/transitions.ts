import { invariant } from "../invariant.ts";
import type { ServerState } from "../ready.ts";

const NEXT: Readonly<Record<ServerState, readonly ServerState[]>> = {
  LOOKING: ["FOLLOWING", "LEADING", "OBSERVING"],
  FOLLOWING: ["LOOKING"],
  LEADING: ["LOOKING"],
  OBSERVING: ["LOOKING"],
};

export function isValidTransition(from: ServerState, to: ServerState): boolean {
  return NEXT[from].includes(to);
}

/** @throws InvariantViolation naming both states. */
export function checkTransition(from: ServerState, to: ServerState): void {
  invariant(isValidTransition(from, to), `a peer does not go from ${from} to ${to}`);
}
