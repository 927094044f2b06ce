import fc from "fast-check";
import type { Target } from "../target.ts";
import { carryOut } from "./attack.ts";
import { printAttack } from "./corpus.ts";
import { requireHealth } from "./health.ts";
import { HealthySession } from "./healthy-session.ts";
import { type Attack, attacks } from "./mutations.ts";

export interface FuzzOptions {
  readonly seed: number;
  readonly runs: number;
}

/**
 * Sends attacks one after the other, and after each looks whether the server has only shrugged: it
 * answers, serves somebody new, and the session from before gets everything in order.
 *
 * @throws Error with the attack, as a file for the corpus
 */
export async function fuzz(
  target: Target,
  seeds: readonly Uint8Array[],
  { seed, runs }: FuzzOptions,
): Promise<void> {
  await using healthy = await HealthySession.open(target);
  await fc.assert(
    fc.asyncProperty(attacks(seeds), (attack) => shrugsOff(target, healthy, attack)),
    // A server that is broken stays so: trying smaller attacks on it would tell nothing.
    { seed, numRuns: runs, endOnFailure: true },
  );
}

/** One attack with the looks after it. @throws Error */
export async function shrugsOff(
  target: Target,
  healthy: HealthySession,
  attack: Attack,
): Promise<void> {
  try {
    await Promise.all([carryOut(target, attack), healthy.round()]);
    await Promise.all([requireHealth(target), healthy.round()]);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new Error(`${reason}\nafter the attack\n${printAttack(attack)}`, { cause });
  }
}
