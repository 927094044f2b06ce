import { isMissing, type Launch } from "./clients/client.ts";
import { CLIENTS } from "./clients/index.ts";
import { compare, formatDifference } from "./compare.ts";
import { whyDeliberate } from "./deliberate.ts";
import { lockFailover } from "./lock-failover.ts";
import { HELP, LOCK_FAILOVER, type Options, readOptions } from "./options.ts";
import { readRecorded, writeRecorded } from "./recorded.ts";
import { runClient } from "./run-client.ts";
import type { Outcomes, Step } from "./step.ts";
import { startTarget } from "./targets/start-target.ts";
import type { Target } from "./targets/target.ts";

const say = (line: string): void => void process.stdout.write(`${line}\n`);

/** Clients that this machine has, ready to run; of the others it says what would bring them. */
async function prepareClients(options: Options): Promise<Map<string, Launch>> {
  const launches = new Map<string, Launch>();
  for (const { name, prepare } of CLIENTS) {
    const isKazoo = name === "kazoo" && options.clients.includes(LOCK_FAILOVER);
    if (!options.clients.includes(name) && !isKazoo) continue;
    const launch = await prepare();
    if (isMissing(launch)) say(`${name}: skipped (${launch.missing})`);
    else launches.set(name, launch);
  }
  return launches;
}

/** Every client on one target, one client after the other. */
async function runAll(
  target: Target,
  launches: ReadonlyMap<string, Launch>,
  options: Options,
): Promise<Map<string, Outcomes>> {
  const all = new Map<string, Outcomes>();
  const { only, show, clients } = options;
  for (const [client, launch] of launches) {
    if (!clients.includes(client)) continue;
    const startedMs = Date.now();
    const run = { disruptive: true, ...(only === undefined ? {} : { only }) };
    const outcomes = await runClient(launch, target, run);
    all.set(client, outcomes);
    const steps = [...outcomes.values()].reduce((sum, list) => sum + list.length, 0);
    const seconds = ((Date.now() - startedMs) / 1000).toFixed(1);
    say(`${target.name}, ${client}: ${outcomes.size} scenarios, ${steps} steps, ${seconds} s`);
    if (show) for (const [scenario, list] of outcomes) showSteps(scenario, list);
  }
  return all;
}

function showSteps(scenario: string, steps: readonly Step[]): void {
  say(`  ${scenario}`);
  for (const { step, outcome } of steps) say(`    ${step}: ${JSON.stringify(outcome)}`);
}

/** @returns how many things were wrong. */
async function runLockFailover(target: Target, kazoo: Launch | undefined): Promise<number> {
  if (kazoo === undefined) return 0;
  const { handoverMs, leaderPauseMs, serverPauseMs, wrong } = await lockFailover(target, kazoo);
  say(
    `${target.name}, ${LOCK_FAILOVER}: the holder paused ${leaderPauseMs} ms for the leader, ${serverPauseMs} ms for ` +
      `its server; the waiter had the lock ${handoverMs} ms after the holder's death`,
  );
  for (const claim of wrong) say(`  ${claim}`);
  return wrong.length;
}

function select(outcomes: Outcomes, only: RegExp | undefined): Outcomes {
  return new Map([...outcomes].filter(([name]) => only === undefined || only.test(name)));
}

function record(client: string, outcomes: Outcomes, only: RegExp | undefined): void {
  const kept = only === undefined ? [] : [...(readRecorded(client) ?? [])];
  writeRecorded(client, new Map([...kept, ...outcomes]));
}

/** @returns how many differences there were. */
async function runTargets(options: Options): Promise<number> {
  const launches = await prepareClients(options);
  const lived = new Map<string, Outcomes>();
  let wrong = 0;
  for (const name of options.targets) {
    await using target = await startTarget(name, options.portBase);
    for (const [client, outcomes] of await runAll(target, launches, options)) {
      if (options.record) {
        record(client, outcomes, options.only);
        continue;
      }
      const recorded = select(readRecorded(client) ?? new Map(), options.only);
      const what =
        name === "zookeeper" ? "ZooKeeper today from its record" : "Meerkat from ZooKeeper";
      const all = compare(lived.get(client) ?? recorded, outcomes);
      const found = all.filter((difference) => whyDeliberate(difference) === undefined);
      if (name === "zookeeper") lived.set(client, outcomes);
      if (found.length > 0) say(`\n${client}: ${what} differs in ${found.length} steps`);
      for (const difference of found) say(`  ${formatDifference(difference)}`);
      for (const why of new Set(all.flatMap((one) => whyDeliberate(one) ?? []))) {
        say(`${client}: differs on purpose: ${why}`);
      }
      wrong += found.length;
    }
    if (options.clients.includes(LOCK_FAILOVER) && options.only === undefined && !options.record) {
      wrong += await runLockFailover(target, launches.get("kazoo"));
    }
  }
  return wrong;
}

const options = readOptions(process.argv.slice(2));
if (options === "help") {
  process.stdout.write(HELP);
} else {
  const wrong = await runTargets(options);
  say(wrong === 0 ? "\nno difference" : `\n${wrong} differences`);
  process.exit(wrong === 0 ? 0 : 1);
}
