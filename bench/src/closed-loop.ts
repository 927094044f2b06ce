import { createHistogram, type RecordableHistogram } from "node:perf_hooks";
import { Client } from "undici";
import type { Workload } from "./workloads.ts";

export interface LoadOptions {
  readonly urls: readonly string[];
  readonly connections: number;
  readonly warmUpMs: number;
  readonly durationMs: number;
}

export interface LoadResult {
  readonly requests: number;
  readonly errors: number;
  readonly seconds: number;
  /** Latencies in µs. */
  readonly latency: RecordableHistogram;
  /** CPU that the load generator itself used, in cores. */
  readonly generatorCores: number;
}

/** Each connection sends its next request when it has the answer to the last: `connections` in flight. */
export async function runClosedLoop(workload: Workload, options: LoadOptions): Promise<LoadResult> {
  const latency = createHistogram();
  let [requests, errors, measuring, running] = [0, 0, false, true];

  const loop = async (connection: number): Promise<void> => {
    const url = options.urls[connection % options.urls.length];
    if (url === undefined) throw new RangeError("no gateway to load");
    const client = new Client(url);
    for (let turn = 0; running; turn += 1) {
      const { method, path, body } = workload.next(connection, turn);
      const startMs = performance.now();
      const headers = body === undefined ? {} : { "content-type": "application/json" };
      const response = await client.request({ method, path, headers, body: body ?? null });
      await response.body.dump();
      if (!measuring) continue;
      latency.record(Math.max(1, Math.round((performance.now() - startMs) * 1_000)));
      requests += 1;
      if (response.statusCode >= 300) errors += 1;
    }
    await client.close();
  };

  const loops = Array.from({ length: options.connections }, (_, i) => loop(i));
  await sleep(options.warmUpMs);
  const [cpuBefore, startMs] = [process.cpuUsage(), performance.now()];
  measuring = true;
  await Promise.race([sleep(options.durationMs), Promise.all(loops)]);
  measuring = false;
  const seconds = (performance.now() - startMs) / 1_000;
  const cpu = process.cpuUsage(cpuBefore);
  running = false;
  await Promise.all(loops);
  const generatorCores = (cpu.user + cpu.system) / 1e6 / seconds;
  return { requests, errors, seconds, latency, generatorCores };
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
