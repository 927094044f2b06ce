import { eventually, startNatsServer, type TestNatsServer } from "@meerkat/bus/testing";
import { afterEach, beforeEach, expect, test } from "vitest";
import { ElectionProcess } from "./election-process-handle.ts";
import { FakeReplica } from "./fake-replica.ts";

let server: TestNatsServer;
let electors: ElectionProcess[] = [];
let replicas: FakeReplica[] = [];

beforeEach(async () => {
  server = await startNatsServer();
});

afterEach(async () => {
  await Promise.all(electors.map((elector) => elector.kill()));
  await Promise.all(replicas.map((replica) => replica.stop()));
  await server.stop();
  electors = [];
  replicas = [];
});

function startElector(ids: string): ElectionProcess {
  const elector = new ElectionProcess({
    MEERKAT_SERVER_ID: ids,
    MEERKAT_SERVERS: "1,2,3",
    MEERKAT_NATS_URL: server.url,
  });
  electors.push(elector);
  return elector;
}

async function startReplicas(...counters: number[]): Promise<void> {
  const starting = counters.map((counter, i) => FakeReplica.start(server.url, i + 1, counter));
  replicas = await Promise.all(starting);
}

/** Waits until all of them follow one leader, and says whom. */
async function agreed(among: readonly FakeReplica[]): Promise<number | undefined> {
  await eventually("all were advised", () => among.every(({ leader }) => leader !== undefined));
  const leaders = new Set(among.map(({ leader }) => leader));
  expect(leaders.size).toBe(1);
  for (const replica of among) replica.establish();
  return among[0]?.leader;
}

/** Ends when this many electors serve. */
async function electing(): Promise<void> {
  await eventually("all electors run", () =>
    electors.every(({ output }) => output.includes("Elects for")),
  );
}

test("three electors agree, replace a leader that died, and take it in again", async () => {
  for (const id of ["1", "2", "3"]) startElector(id);
  await electing();
  await startReplicas(5, 9, 7);
  expect(await agreed(replicas)).toBe(2);

  const [one, two, three] = replicas;
  if (one === undefined || two === undefined || three === undefined) throw new Error("no replicas");
  await Promise.all([two.stop(), electors[1]?.kill()]);
  const tookMs: number[] = [];
  for (let round = 0; round < 5; round += 1) {
    one.look();
    three.look();
    expect(await agreed([one, three])).toBe(3);
    for (const { advisedAtMs = 0, lookingSinceMs } of [one, three]) {
      tookMs.push(advisedAtMs - lookingSinceMs);
    }
  }
  // Its elector comes back before it does; both join the leader that the others have.
  startElector("2");
  const again = await FakeReplica.start(server.url, 2, 9);
  replicas = [one, again, three];
  expect(await agreed([again, three])).toBe(3);
  // The bound is for a machine that is busy; 50 ms is the aim.
  expect(Math.max(...tookMs)).toBeLessThan(500);
});

test("an ensemble is founded when all are there, and the log says whom it waits for", async () => {
  for (const id of ["1", "2", "3"]) startElector(id);
  await electing();
  await startReplicas(0, 0);
  await eventually(
    "the log names server 3",
    () => electors[0]?.output.includes("Nothing heard of server 3.") === true,
  );
  expect(replicas.map(({ leader }) => leader)).toEqual([undefined, undefined]);
  replicas.push(await FakeReplica.start(server.url, 3, 0));
  expect(await agreed(replicas)).toBe(3);
});

test("one process may host all electors", async () => {
  startElector("1,2,3");
  await electing();
  await startReplicas(5, 9, 7);
  expect(await agreed(replicas)).toBe(2);
});

test("a nats-server that is killed and restarted interrupts nothing but the election", async () => {
  for (const id of ["1", "2", "3"]) startElector(id);
  await electing();
  await startReplicas(5, 5, 5);
  expect(await agreed(replicas)).toBe(3);
  const { port } = server;
  await server.stop();
  for (const replica of replicas) replica.look();
  server = await startNatsServer({ port });
  // Whoever of a quorum is back first may lead; all must follow the same one.
  await agreed(replicas);
});

test("stops in order when asked to", async () => {
  const elector = startElector("1");
  await eventually("it ticks", () => elector.output.includes("Waits for replica 1"));
  expect(await elector.kill("SIGTERM")).toBe(0);
  expect(elector.output).toContain("Stopped");
});
