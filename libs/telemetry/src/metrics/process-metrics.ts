import { readdir, readFile } from "node:fs/promises";
import { performance } from "node:perf_hooks";
import { getHeapStatistics } from "node:v8";
import { GcPauses } from "./gc-pauses.ts";
import type { Histogram } from "./histogram.ts";
import { counter, gauge, histogram, type Metric } from "./metric.ts";

/** What every process of ours tells of itself. */
export interface ProcessFacts {
  readonly version: string;
  readonly gcPauses: GcPauses;
  /** How late the process's own timers were, in ms. */
  readonly tickDelay: Histogram;
}

export function processFacts(version: string, tickDelay: Histogram): ProcessFacts {
  return { version, tickDelay, gcPauses: new GcPauses() };
}

const MS_PER_S = 1_000;
const US_PER_S = 1_000_000;

/**
 * Under the names that Prometheus's clients give them everywhere (`process_`) and its client for Node
 * does (`nodejs_`). Its event loop monitor is not among them: that wakes an idle process a hundred times a
 * second, and our ticks, which come anyway, tell the same.
 */
export const PROCESS_METRICS: readonly Metric<ProcessFacts>[] = [
  gauge(
    "meerkat_build_info",
    "Always 1; the labels are the versions of Meerkat and Node",
    ({ version }) => [{ labels: { version, node: process.version }, value: 1 }],
    ["version", "node"],
  ),
  counter("process_cpu_seconds_total", "CPU time of the process in seconds", () => {
    const { user, system } = process.cpuUsage();
    return (user + system) / US_PER_S;
  }),
  gauge(
    "process_start_time_seconds",
    "When the process started, in seconds of Unix time",
    () => performance.timeOrigin / MS_PER_S,
  ),
  gauge("process_resident_memory_bytes", "Memory of the process in bytes", () =>
    process.memoryUsage.rss(),
  ),
  gauge("process_open_fds", "Open files and sockets", openFileDescriptors),
  gauge("process_max_fds", "How many files and sockets may be open", fileDescriptorsMax),
  gauge(
    "nodejs_heap_size_used_bytes",
    "JavaScript heap in use, in bytes",
    () => getHeapStatistics().used_heap_size,
  ),
  gauge(
    "nodejs_heap_size_total_bytes",
    "JavaScript heap taken from the system, in bytes",
    () => getHeapStatistics().total_heap_size,
  ),
  gauge(
    "nodejs_heap_size_limit_bytes",
    "Size in bytes at which the JavaScript heap is full and the process ends",
    () => getHeapStatistics().heap_size_limit,
  ),
  gauge(
    "nodejs_external_memory_bytes",
    "Memory of buffers outside the JavaScript heap, in bytes",
    () => process.memoryUsage().external,
  ),
  histogram(
    "nodejs_gc_duration_seconds",
    "Pauses for the garbage collector, in seconds",
    ({ gcPauses }) => gcPauses.histograms,
    ["kind"],
  ),
  counter(
    "meerkat_event_loop_busy_seconds_total",
    "Time in which the event loop was not waiting, in seconds; near 1 per second it is at its limit",
    () => performance.eventLoopUtilization().active / MS_PER_S,
  ),
  histogram(
    "meerkat_tick_delay_ms",
    "How late the process's own ticks came, in ms: the delay of the event loop",
    ({ tickDelay }) => tickDelay,
  ),
];

/** Where /proc does not tell, nothing is said. */
async function openFileDescriptors(): Promise<number | undefined> {
  const open = await readdir("/proc/self/fd").catch(() => undefined);
  return open?.length;
}

async function fileDescriptorsMax(): Promise<number | undefined> {
  const limits = await readFile("/proc/self/limits", "utf8").catch(() => "");
  const limit = /^Max open files\s+(\d+)/m.exec(limits)?.[1];
  return limit === undefined ? undefined : Number(limit);
}
