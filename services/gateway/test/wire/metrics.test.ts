import { OpCode } from "@meerkat/jute";
import { bind, MetricsPage } from "@meerkat/telemetry/metrics";
import { expect, it } from "vitest";
import { WIRE_METRICS } from "../../src/wire/wire-metrics.ts";
import { mntr } from "../../src/wire/words/monitor.ts";
import { path } from "./harness/bodies.ts";
import { givenSession } from "./harness/given-session.ts";

it("mntr and /metrics tell the same", async () => {
  const { door, ok } = await givenSession();
  await ok(OpCode.sync, path("/"));
  await ok(OpCode.ping);
  const { facts } = door.door;
  const words = new Map(
    mntr(facts)
      .trimEnd()
      .split("\n")
      .map((line) => line.split("\t") as [string, string]),
  );
  const page = await new MetricsPage(() => bind(WIRE_METRICS, facts)).text();
  const shown = [...page.matchAll(/^(\w+) (\S+)$/gm)];
  expect(shown.length).toBeGreaterThan(30);
  for (const [, name = "", value] of shown) {
    const key = name.replace(/^(\w+)_(count|sum)$/, (whole, base: string, what: string) =>
      page.includes(`# TYPE ${base} histogram`)
        ? `${what === "count" ? "cnt" : "sum"}_${base}`
        : whole,
    );
    expect([key, Number(words.get(`zk_${key}`))]).toEqual([key, Number(Number(value).toFixed(4))]);
  }
  expect(Number(words.get("zk_packets_received"))).toBeGreaterThan(0);
  expect(Number(words.get("zk_cnt_readlatency"))).toBeGreaterThan(0);
});
