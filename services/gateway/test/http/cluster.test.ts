import type { ServerReport } from "@meerkat/transport";
import { type Epoch, makeEpoch, makeZxid, type ServerId } from "@meerkat/zab";
import { expect, it } from "vitest";
import type { ClusterAnswer } from "../../src/http/schemas/cluster.ts";
import { startServer } from "./harness/start.ts";

interface Seen extends Partial<ServerReport> {
  readonly ageMs?: number;
  readonly counter?: number;
}

function heard(id: number, { ageMs = 10, counter = 5, ...seen }: Seen) {
  const epoch: Epoch = seen.epoch ?? makeEpoch(3);
  const report: ServerReport = {
    id: id as ServerId,
    kind: "replica",
    name: `replica-${id}`,
    address: "",
    serverState: "FOLLOWING",
    zabState: "BROADCAST",
    epoch,
    leader: 1 as ServerId,
    established: true,
    voice: true,
    lastZxid: makeZxid(epoch, counter),
    appliedZxid: makeZxid(epoch, counter),
    digest: "0000000000000000",
    startedAtMs: 0,
    ...seen,
  };
  return { report, ageMs };
}

async function cluster(...reports: ReturnType<typeof heard>[]): Promise<ClusterAnswer> {
  const { server, node } = await startServer();
  node.reports = reports;
  const answer = await server.inject({ method: "GET", url: "/v1/cluster" });
  expect(answer.statusCode).toBe(200);
  return answer.json();
}

it("names the leader, and how far everybody is behind", async () => {
  const { leader, epoch, servers } = await cluster(
    heard(2, { counter: 3 }),
    heard(1, { serverState: "LEADING" }),
    heard(3, { epoch: makeEpoch(2), counter: 900 }),
  );
  expect({ leader, epoch }).toEqual({ leader: 1, epoch: 3 });
  const told = servers.map(({ id, role, lag }) => [id, role, lag]);
  expect(told).toEqual([
    [1, "LEADING", 0],
    [2, "FOLLOWING", 2],
    [3, "FOLLOWING", null],
  ]);
});

it.each([
  ["nobody leads", heard(1, {})],
  ["its epoch is not established", heard(1, { serverState: "LEADING", established: false })],
  ["it was not heard of for long", heard(1, { serverState: "LEADING", ageMs: 6_000 })],
])("names no leader when %s", async (_, only) => {
  const { leader, servers } = await cluster(only);
  expect(leader).toBeNull();
  expect(servers.map(({ lag }) => lag)).toEqual([null]);
  expect(servers[0]?.silent).toBe(only.ageMs > 5_000);
});

it("believes the newer epoch where two claim to lead", async () => {
  const { leader } = await cluster(
    heard(1, { serverState: "LEADING", epoch: makeEpoch(2) }),
    heard(2, { serverState: "LEADING", epoch: makeEpoch(3) }),
  );
  expect(leader).toBe(2);
});
