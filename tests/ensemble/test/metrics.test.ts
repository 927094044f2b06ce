import { readFileSync } from "node:fs";
import { join } from "node:path";
import { DASHBOARDS } from "@meerkat/grafana";
import { freePorts, until } from "@meerkat/workload";
import { createClient } from "node-zookeeper-client";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Ensemble } from "../src/ensemble.ts";
import { hasPrometheus, Prometheus, promtool } from "../src/prometheus.ts";

let ensemble: Ensemble;
let requests: NodeJS.Timeout;

beforeAll(async () => {
  ensemble = await Ensemble.start({ metricsPort: await freePorts(6) });
  await using client = ensemble.client();
  await client.request("POST", "/v1/znodes/app", { json: { data: "v1" } });
  await client.request("GET", "/v1/znodes/app");
  const [gateway = ""] = ensemble.stack.connectString.split(",");
  const zookeeper = createClient(gateway);
  await new Promise<void>((resolve) => {
    zookeeper.once("connected", () => resolve());
    zookeeper.connect();
  });
  let number = 0;
  requests = setInterval(() => {
    number += 1;
    zookeeper.setData("/app", Buffer.from(`${number}`), () => undefined);
    zookeeper.getData("/app", () => undefined);
  }, 100);
});

afterAll(async () => {
  clearInterval(requests);
  await ensemble?.[Symbol.asyncDispose]();
});

/** replica-1 is a replica. */
const jobOf = (name: string): string => name.slice(0, name.lastIndexOf("-"));

describe("what every process exports", () => {
  const text = readFileSync(join(import.meta.dirname, "../../../docs/operations.md"), "utf8");

  it.each(["replica", "election", "gateway"])("%s: what docs/operations.md says", async (job) => {
    for (const [name, address] of ensemble.stack.metricsAddresses) {
      if (jobOf(name) !== job) continue;
      const page = await (await fetch(`http://${address}/metrics`)).text();
      expect(exported(page), name).toEqual(documented(text, job));
    }
  });

  it("is read, not kept: a second look costs the same and shows what has happened since", async () => {
    const address = ensemble.stack.metricsAddresses.get("gateway-1");
    const look = async () => {
      const page = await (await fetch(`http://${address}/metrics`)).text();
      return Number(/^updatelatency_count (\d+)$/m.exec(page)?.[1]);
    };
    const before = await look();
    await until("more updates", async () => ((await look()) > before ? true : undefined));
  });
});

function exported(page: string): readonly string[] {
  const helps = new Map(
    [...page.matchAll(/^# HELP (\S+) (.*)$/gm)].map(([, name = "", help = ""]) => [name, help]),
  );
  return [...page.matchAll(/^# TYPE (\S+) (\S+)$/gm)]
    .map(([, name = "", type]) => `${name} ${type} ${helps.get(name)}`)
    .sort();
}

/** The rows of the metrics table that are of this kind of process. */
function documented(text: string, job: string): readonly string[] {
  const [, table = ""] = /<!-- metrics\b[^>]*-->([\s\S]*?)<!-- end -->/.exec(text) ?? [];
  return [...table.matchAll(/^\| `(\w+)`[^|]*\| (\w+) *\| ([^|]*?) *\| (.*?) *\|$/gm)]
    .filter(([, , , of = ""]) => of === "all" || of.split(", ").includes(job))
    .map(([, name, type, , help = ""]) => `${name} ${type} ${help.replaceAll("&lt;", "<")}`)
    .sort();
}

const NOT_HERE = "skipped: Debian's package `prometheus` is not installed";

describe.skipIf(!hasPrometheus)(`a real Prometheus${hasPrometheus ? "" : `, ${NOT_HERE}`}`, () => {
  let prometheus: Prometheus;

  beforeAll(async () => {
    const addresses = [...ensemble.stack.metricsAddresses];
    prometheus = await Prometheus.start(
      addresses.map(([instance, address]) => ({ job: jobOf(instance), instance, address })),
    );
    await until("all are scraped", async () => {
      const scraped = await prometheus.scraped();
      return scraped.length === addresses.length + 1 ? true : undefined;
    });
    // Rates need two samples, and rules run on what was there a moment before.
    await until("rates have data", async () =>
      (await prometheus.seriesOf('readlatency{quantile="0.99"}')) > 0 ? true : undefined,
    );
  });

  afterAll(() => prometheus?.[Symbol.asyncDispose]());

  it("takes the configuration, and the rules pass their tests", () => {
    expect(promtool("check", "config", "prometheus.yml")).toBeUndefined();
    expect(promtool("test", "rules", "test/alerts.test.yml")).toBeUndefined();
  });

  it("runs every rule, and no alert fires", async () => {
    const rules = await until("all rules have run", async () => {
      const all = await prometheus.rules();
      return all.every(({ health }) => health !== "unknown") ? all : undefined;
    });
    expect(rules.filter(({ health }) => health !== "ok")).toEqual([]);
    expect(rules.length).toBeGreaterThan(40);
    expect(await prometheus.seriesOf('ALERTS{alertstate="firing"}')).toBe(0);
  });

  it("has a value for every recording rule, and every series that an alert asks for", async () => {
    for (const { name, type, query } of await prometheus.rules()) {
      if (type === "recording")
        expect([name, await prometheus.seriesOf(name)]).not.toEqual([name, 0]);
      for (const series of seriesIn(query)) {
        expect([name, series, await prometheus.seriesOf(series)]).not.toEqual([name, series, 0]);
      }
    }
  });

  const panels = DASHBOARDS.flatMap(({ title, rows }) =>
    rows.flatMap((row) =>
      row.panels.map((panel) => ({ ...panel, title: `${title}: ${panel.title}` })),
    ),
  );

  it.each(panels)("$title", async ({ queries, emptyBecause }) => {
    for (const { expr } of queries) {
      const query = expr.replaceAll("$__rate_interval", "10s").replaceAll("$instance", ".*");
      const series = await prometheus.seriesOf(query);
      if (emptyBecause === undefined) expect([query, series]).not.toEqual([query, 0]);
    }
  });
});

/** Names of metrics in a query; labels, functions and keywords are none. */
function seriesIn(query: string): readonly string[] {
  const withoutLabels = query.replaceAll(/\{[^}]*\}|\[[^\]]*\]|\b(by|on) \([^)]*\)/g, " ");
  const words = withoutLabels.match(/[a-zA-Z_:][\w:]*(?!\w*\s*\()/g) ?? [];
  return words.filter(
    (word) => word.includes("_") && !/^(histogram_quantile|predict_linear)$/.test(word),
  );
}
