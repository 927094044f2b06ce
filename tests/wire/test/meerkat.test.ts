import { afterAll, beforeAll, describe, test } from "vitest";
import { fuzzRuns, fuzzSeed, isRecording, runningTarget } from "../src/config.ts";
import { readCorpus } from "../src/fuzz/corpus.ts";
import { fuzz, shrugsOff } from "../src/fuzz/fuzz.ts";
import { HealthySession } from "../src/fuzz/healthy-session.ts";
import { readSeeds } from "../src/fuzz/seeds.ts";
import { MeerkatTarget } from "../src/meerkat-target.ts";
import { playScripts } from "../src/play-scripts.ts";
import { parseTarget, type Target } from "../src/target.ts";

const ROOT = `${import.meta.dirname}/..`;
/** With the looks after it, on a busy machine. */
const ATTACK_MS_MAX = 200;

// One stack for everything. The scripts come first: the first of them wants to find a new tree.
describe("Meerkat", () => {
  let meerkat: MeerkatTarget | undefined;
  let target: Target;

  beforeAll(async () => {
    if (runningTarget === undefined) meerkat = await MeerkatTarget.start();
    target = meerkat?.target ?? parseTarget(runningTarget ?? "");
  });
  afterAll(() => meerkat?.[Symbol.asyncDispose]());

  // What the scripts expect is ZooKeeper's to say, so that Meerkat never records them.
  describe.runIf(!isRecording)("answers as ZooKeeper does", () => {
    playScripts(`${ROOT}/scripts`, () => target);
  });

  describe("answers otherwise where it means to", () => {
    playScripts(`${ROOT}/deviations`, () => target);
  });

  describe.runIf(!isRecording)("shrugs off", () => {
    for (const [name, attack] of readCorpus(`${ROOT}/corpus`)) {
      test(name, async () => {
        await using healthy = await HealthySession.open(target);
        await shrugsOff(target, healthy, attack);
      });
    }

    test(
      `${fuzzRuns} attacks of seed ${fuzzSeed}`,
      async () => {
        await fuzz(target, readSeeds(`${ROOT}/scripts`), { seed: fuzzSeed, runs: fuzzRuns });
      },
      60_000 + fuzzRuns * ATTACK_MS_MAX,
    );
  });
});
