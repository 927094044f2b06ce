import type { Histogram, Metric } from "@meerkat/telemetry/metrics";
import { WIRE_METRICS } from "../wire-metrics.ts";
import { type Facts, versionOf } from "./facts.ts";
import { decimal } from "./server-words.ts";

const KEY_PREFIX = "zk_";

/** ZooKeeper's keys and their order of magnitude; what a gateway has nothing of is left out. */
export function mntr(facts: Facts): string {
  const { coordination } = facts;
  const lines = [
    lineOf("version", versionOf(facts)),
    lineOf("server_state", "observer"),
    lineOf("peer_state", `observing - ${coordination.isServing ? "broadcast" : "discovery"}`),
    ...WIRE_METRICS.flatMap((metric) => linesOf(metric, facts)),
  ];
  return `${lines.join("\n")}\n`;
}

function linesOf(metric: Metric<Facts>, facts: Facts): readonly string[] {
  const { name } = metric;
  const reading = metric.read(facts);
  if (metric.type === "histogram") return summaryLines(name, reading as Histogram);
  return typeof reading === "number" ? [lineOf(name, decimal(reading))] : [];
}

function summaryLines(name: string, { count, sum }: Histogram): readonly string[] {
  return [
    lineOf(`avg_${name}`, decimal(count === 0 ? 0 : sum / count)),
    lineOf(`cnt_${name}`, decimal(count)),
    lineOf(`sum_${name}`, decimal(sum)),
  ];
}

function lineOf(key: string, value: string): string {
  return `${KEY_PREFIX}${key}\t${value}`;
}
