import { readFileSync } from "node:fs";
import type { Stack } from "@meerkat/local";

const TICKS_PER_SECOND = 100;

export interface Usage {
  /** CPU seconds since the process began. */
  readonly cpuSeconds: number;
  readonly residentMb: number;
}

/** CPU and memory of every process of a stack, from /proc (Linux only). */
export function usageOf(stack: Stack): ReadonlyMap<string, Usage> {
  return new Map(
    stack.names.flatMap((name) => {
      const pid = stack.process(name).pid;
      return pid === undefined ? [] : [[name, readUsage(pid)] as const];
    }),
  );
}

/** @throws Error when there is no such process. */
export function readUsage(pid: number): Usage {
  const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
  // The command in parentheses may hold spaces; fields 14 and 15 are utime and stime.
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  const cpuSeconds = (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
  const status = readFileSync(`/proc/${pid}/status`, "utf8");
  const residentKb = Number(/^VmRSS:\s+(\d+) kB/m.exec(status)?.[1] ?? "0");
  return { cpuSeconds, residentMb: residentKb / 1_024 };
}

/** CPU seconds that everything on this machine used since it began (Linux only). */
export function machineCpuSeconds(): number {
  const [, ...columns] = readFileSync("/proc/stat", "utf8").slice(0, 200).split(/\s+/, 8);
  const [user, nice, system, , , irq, softIrq] = columns.map(Number);
  const ticks = [user, nice, system, irq, softIrq];
  return ticks.reduce<number>((sum, value) => sum + (value ?? 0), 0) / TICKS_PER_SECOND;
}
