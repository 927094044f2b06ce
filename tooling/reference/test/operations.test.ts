import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { OPERATIONS, operationsWithTables } from "../src/operations.ts";
import { SERVICES } from "../src/services.ts";
import { ZOOKEEPER_METRICS } from "./zookeeper-metrics.ts";

const ROOT = join(import.meta.dirname, "../../..");
const text = readFileSync(OPERATIONS, "utf8");

it("has the variables and metrics that the services have (npm run reference)", () => {
  expect(text).toBe(operationsWithTables());
});

it("has a section for every alert, and none for others", () => {
  const rules = readFileSync(join(ROOT, "infra/prometheus/rules/alerts.yml"), "utf8");
  const alerts = [...rules.matchAll(/^ {6}- alert: (\w+)$/gm)].map(([, name]) => name);
  const runbooks = [...rules.matchAll(/^ {10}runbook: docs\/operations\.md#(\w+)$/gm)];
  expect(runbooks.map(([, anchor]) => anchor)).toEqual(alerts.map((name) => name?.toLowerCase()));
  const sections = [...text.matchAll(/^### (Meerkat\w+)$/gm)].map(([, name]) => name);
  expect(sections.sort()).toEqual(alerts.sort());
});

it("has a sentence for every variable and every metric, without a full stop", () => {
  for (const { variables, metrics } of SERVICES) {
    const sentences = [
      ...Object.values(variables).map(({ desc }) => desc),
      ...metrics.map(({ help }) => help),
    ];
    for (const sentence of sentences) expect(sentence).toMatch(/^\S[\s\S]*[^.\s]$/);
  }
});

const OURS = /^(meerkat|process|nodejs)_/;
const metrics = SERVICES.flatMap((service) => service.metrics);
const names = [...new Set(metrics.map(({ name }) => name))];

it("has ZooKeeper's names for what ZooKeeper has, and the prefix meerkat_ for what it has not", () => {
  const theirs = names.filter((name) => !OURS.test(name));
  expect(theirs.filter((name) => !(name in ZOOKEEPER_METRICS))).toEqual([]);
  expect(names.filter((name) => OURS.test(name) && name in ZOOKEEPER_METRICS)).toEqual([]);
});

it("has ZooKeeper's types, where a summary of ZooKeeper is a histogram here", () => {
  for (const { name, type } of metrics) {
    const theirs = ZOOKEEPER_METRICS[name];
    if (theirs === undefined) continue;
    expect([name, type]).toEqual([name, theirs === "summary" ? "histogram" : theirs]);
  }
});

it("has the metrics that people look at most", () => {
  expect(names).toEqual(
    expect.arrayContaining([
      ...["znode_count", "watch_count", "ephemerals_count", "approximate_data_size"],
      ...["num_alive_connections", "outstanding_requests", "packets_received", "packets_sent"],
      ...["global_sessions", "leader_uptime", "quorum_size", "learners", "synced_followers"],
      ...["election_time", "fsynctime", "snapshottime", "readlatency", "updatelatency"],
      ...["propagation_latency", "quorum_ack_latency", "proposal_count", "commit_count"],
      ...["diff_count", "snap_count", "stale_sessions_expired"],
    ]),
  );
});
