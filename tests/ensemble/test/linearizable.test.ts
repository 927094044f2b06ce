import { until } from "@meerkat/workload";
import { expect, it } from "vitest";
import { Ensemble } from "../src/ensemble.ts";

it("a linearizable read is never older than what anyone had acknowledged before it was sent", async () => {
  await using ensemble = await Ensemble.start();
  await using one = ensemble.client(1);
  await using two = ensemble.client(2);
  const paths = ["/a", "/b", "/c", "/d"];
  const acknowledged = new Map<string, number>();
  for (const path of paths) await one.create(path, "0");

  let running = true;
  const writing = paths.map(async (path) => {
    for (let value = 1; running; value += 1) {
      await one.set(path, String(value));
      acknowledged.set(path, value);
    }
  });
  let reads = 0;
  const stale: string[] = [];
  const reading = paths.map(async (path) => {
    while (running) {
      const expected = acknowledged.get(path) ?? 0;
      const { data } = await two.get(path, "?consistency=linearizable");
      reads += 1;
      if (Number(data) < expected)
        stale.push(`${path}: read ${data}, ${expected} was acknowledged`);
    }
  });

  for (const signal of ["SIGKILL", "SIGSTOP"] as const) {
    const goal = reads + 200;
    await until("200 reads", () => (reads >= goal ? true : undefined));
    const leader = await ensemble.leader();
    ensemble.stack.process(leader).signal(signal);
    await until("another leader", async () =>
      (await ensemble.leader()) === leader ? undefined : true,
    );
    ensemble.stack.process(leader).signal("SIGCONT");
  }
  const goal = reads + 200;
  await until("200 reads", () => (reads >= goal ? true : undefined));
  running = false;
  await Promise.all([...writing, ...reading]);
  expect(stale).toEqual([]);
});
