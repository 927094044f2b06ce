import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Client, isMissing, type Launch, type Missing } from "../src/clients/client.ts";
import { kazoo } from "../src/clients/kazoo.ts";
import { nodeZookeeperClient } from "../src/clients/node-zookeeper-client.ts";
import { compare, formatDifference } from "../src/compare.ts";
import { whyDeliberate } from "../src/deliberate.ts";
import { listScenarios } from "../src/driver-process.ts";
import { lockFailover } from "../src/lock-failover.ts";
import { readRecorded } from "../src/recorded.ts";
import { runClient } from "../src/run-client.ts";
import type { Outcomes } from "../src/step.ts";
import { freePortBase } from "../src/targets/free-ports.ts";
import { MeerkatTarget } from "../src/targets/meerkat-target.ts";
import { PORTS_TAKEN, type Target } from "../src/targets/target.ts";

/**
 * What can be had everywhere: a client in Python and one in JavaScript against a local stack, compared with what
 * ZooKeeper did when it was last asked. `npm run compatibility` has all clients, and asks it again.
 */

let target: Target;

interface Prepared {
  readonly name: string;
  readonly launch: Launch | Missing;
  /** Those that leave the servers alone. */
  readonly scenarios: readonly string[];
}

async function prepare({ name, prepare }: Client): Promise<Prepared> {
  const launch = await prepare();
  const all = isMissing(launch) ? [] : await listScenarios(launch);
  const peaceful = all.filter(({ disruptive }) => !disruptive);
  return { name, launch, scenarios: peaceful.map(({ scenario }) => scenario) };
}

const clients = await Promise.all([kazoo, nodeZookeeperClient].map(prepare));

/** What each client did. */
const done = new Map<string, Outcomes>();

beforeAll(async () => {
  target = await MeerkatTarget.start(await freePortBase(PORTS_TAKEN));
  const run = async ({ name, launch }: Prepared): Promise<void> => {
    if (isMissing(launch)) return;
    done.set(name, await runClient(launch, target, { disruptive: false }));
  };
  await Promise.all(clients.map(run));
});

afterAll(async () => {
  await target?.[Symbol.asyncDispose]();
});

describe.each(clients)("$name", ({ name, launch, scenarios }) => {
  if (isMissing(launch)) {
    it.skipIf(true)(`needs ${launch.missing}`, () => undefined);
    return;
  }
  const recorded: Outcomes = readRecorded(name) ?? new Map();

  it.each(scenarios)("%s", (scenario) => {
    const only = (outcomes: Outcomes): Outcomes =>
      new Map([[scenario, outcomes.get(scenario) ?? []]]);
    expect(recorded.has(scenario)).toBe(true);
    const differences = compare(only(recorded), only(done.get(name) ?? new Map()));
    const unintended = differences.filter((one) => whyDeliberate(one) === undefined);
    expect(unintended.map(formatDifference)).toEqual([]);
  });
});

describe("a lock", () => {
  const launch = clients.find(({ name }) => name === kazoo.name)?.launch;
  const missing = launch === undefined || isMissing(launch);
  it.skipIf(missing)("has one holder while leader, server and holder die", async () => {
    if (launch === undefined || isMissing(launch)) return;
    expect((await lockFailover(target, launch)).wrong).toEqual([]);
  });
});
