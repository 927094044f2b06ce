import type { Stack } from "@meerkat/local";
import { withStack } from "./bench-stack.ts";
import { usageOf } from "./process-cpu.ts";

const SETTLE_MS = 5_000;

/** As in infra/prometheus. */
const SCRAPE_MS = 15_000;
const METRICS_PORT = 18_280;

/** CPU and memory of a local stack that nobody uses; `isScraped`: but somebody who reads all of its metrics. */
export async function benchIdle(seconds: number, isScraped: boolean): Promise<void> {
  const options = isScraped ? { metricsPort: METRICS_PORT } : {};
  await withStack(async (stack) => {
    using _scraping = isScraped ? scrape(stack) : undefined;
    await new Promise((resolve) => setTimeout(resolve, SETTLE_MS));
    const before = usageOf(stack);
    await new Promise((resolve) => setTimeout(resolve, seconds * 1_000));
    let [cores, residentMb] = [0, 0];
    for (const [name, after] of usageOf(stack)) {
      const used = (after.cpuSeconds - (before.get(name)?.cpuSeconds ?? 0)) / seconds;
      process.stdout.write(
        `${name.padEnd(12)} ${(used * 100).toFixed(1)} % of a core, ${after.residentMb.toFixed(0)} MB\n`,
      );
      cores += used;
      residentMb += after.residentMb;
    }
    process.stdout.write(
      `all          ${(cores * 100).toFixed(1)} % of a core, ${residentMb.toFixed(0)} MB\n`,
    );
  }, options);
}

/** What Prometheus does to it. */
function scrape(stack: Stack): Disposable {
  const all = async (): Promise<void> => {
    for (const address of stack.metricsAddresses.values()) {
      await (await fetch(`http://${address}/metrics`)).text();
    }
  };
  void all();
  const timer = setInterval(() => void all(), SCRAPE_MS);
  return { [Symbol.dispose]: () => clearInterval(timer) };
}
