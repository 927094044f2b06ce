import { withStack } from "./bench-stack.ts";
import { usageOf } from "./process-cpu.ts";

const SETTLE_MS = 5_000;

/** CPU and memory of a local stack that nobody uses. */
export async function benchIdle(seconds: number): Promise<void> {
  await withStack(async (stack) => {
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
  });
}
