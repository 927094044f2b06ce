import { inspectLog } from "@meerkat/workload";
import { expect, it } from "vitest";
import { Ensemble } from "../src/ensemble.ts";

const NO_NODE = -101;

it("a transaction of 100 operations whose last one fails leaves nothing, and is an error in every log", async () => {
  await using ensemble = await Ensemble.start();
  await using client = ensemble.client();
  await client.create("/kept", "before");
  const ops = [
    { op: "set", path: "/kept", data: "changed" },
    ...Array.from({ length: 98 }, (_, i) => ({ op: "create", path: `/n-${i}`, data: "x" })),
    { op: "delete", path: "/missing" },
  ];
  const answer = await client.transaction<{ op: number; code: string; path: string; zxid: string }>(
    {
      ops,
    },
  );
  expect(answer.status).toBe(409);
  expect(answer.body).toMatchObject({ code: "NoNode", op: 99, path: "/missing" });

  const { digests } = await ensemble.converged();
  expect(digests.size).toBe(1);
  for (const gateway of [1, 2]) {
    await using each = ensemble.client(gateway);
    const kept = await each.get("/kept");
    expect(kept).toMatchObject({ data: "before", stat: { version: 0 } });
    const names = (await each.children("/")).map(({ name }) => name);
    expect(names.sort()).toEqual(["kept", "zookeeper"]);
  }

  await ensemble.stack.stop();
  for (const replica of ["replica-1", "replica-2", "replica-3"]) {
    const log = inspectLog(ensemble.dataDir, replica);
    const logged = log.find(({ zxid }) => zxid === answer.body.zxid);
    expect(logged?.body, replica).toMatchObject({ type: "error", code: NO_NODE, opIndex: 99 });
  }
});
