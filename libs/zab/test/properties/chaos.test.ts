import { expect, test } from "vitest";
import { Chaos } from "../harness/chaos.ts";

const SEEDS = Number(process.env.CHAOS_SEEDS ?? 150);
const FIRST = Number(process.env.CHAOS_FIRST ?? 1);

test(`whatever happens, histories agree and the ensemble heals (${SEEDS} seeds)`, () => {
  let committed = 0;
  for (let seed = FIRST; seed < FIRST + SEEDS; seed++) {
    try {
      const chaos = new Chaos(seed);
      chaos.run(1500);
      chaos.heal();
      committed += chaos.committed;
    } catch (cause) {
      throw new Error(`seed ${seed}: ${String(cause)}`, { cause });
    }
  }
  expect(committed).toBeGreaterThan(SEEDS);
}, 120_000);
