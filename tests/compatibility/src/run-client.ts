import type { Launch } from "./clients/client.ts";
import { listScenarios, runScenarios } from "./driver-process.ts";
import { normalise } from "./normalise.ts";
import type { Outcomes, Step } from "./step.ts";
import { connectString, type Target } from "./targets/target.ts";

export interface RunOptions {
  /** Those that kill servers too. */
  readonly disruptive: boolean;
  readonly only?: RegExp;
}

/** Most of the time is spent waiting for sessions to expire: more at once than there are cores. */
const AT_ONCE = 6;

/** Everything that one client does to one target: the peaceful scenarios side by side, the others one by one. */
export async function runClient(
  launch: Launch,
  target: Target,
  { disruptive, only }: RunOptions,
): Promise<Outcomes> {
  const all = (await listScenarios(launch)).filter(
    ({ scenario }) => only === undefined || only.test(scenario),
  );
  const outcomes = new Map<string, readonly Step[]>(all.map(({ scenario }) => [scenario, []]));
  const run = async (names: readonly string[], ports: readonly number[]): Promise<void> => {
    const steps = await runScenarios(launch, connectString(ports), names, target);
    for (const [name, raw] of steps) outcomes.set(name, normalise(raw));
  };
  const peaceful = all.filter((name) => !name.disruptive).map(({ scenario }) => scenario);
  await Promise.all(hands(peaceful, AT_ONCE).map((hand) => run(hand, target.ports)));
  for (const { scenario, disruptive: kills } of all) {
    if (!kills) continue;
    if (disruptive) {
      // A ZooKeeper whose leader dies hangs up on everybody, also on those who only look on.
      await run([scenario], await target.portsBesideLeader());
      await target.repair();
    } else outcomes.delete(scenario);
  }
  return outcomes;
}

/** Deals the names out like cards: neighbours, which are alike and take alike, go to different hands. */
function hands(names: readonly string[], count: number): string[][] {
  const dealt = Array.from({ length: count }, (_, hand) =>
    names.filter((_, i) => i % count === hand),
  );
  return dealt.filter((hand) => hand.length > 0);
}
