import { settle } from "./settle.ts";
import type { System } from "./system.ts";

/** What is no load: how much memory of a server many of one thing take. */
export interface MemoryWorkload {
  readonly name: string;
  readonly of: string;
  /** Its memory is not counted. */
  prepare(system: System, count: number): Promise<void>;
  /** There are as many more on every server, at least until it is disposed of. */
  add(system: System, count: number): Promise<AsyncDisposable>;
}

export interface MemoryResult {
  readonly workload: MemoryWorkload;
  readonly system: string;
  readonly count: number;
  /** Bytes in use after a collection, for each of them, by process. */
  readonly bytesEach: Readonly<Record<string, number>>;
}

export async function measureMemory(
  workload: MemoryWorkload,
  system: System,
  count: number,
): Promise<MemoryResult> {
  await workload.prepare(system, count);
  await settle([system]);
  const before = await system.heapBytes();
  await using _ = await workload.add(system, count);
  await settle([system]);
  const bytesEach: Record<string, number> = {};
  for (const [name, bytes] of await system.heapBytes()) {
    bytesEach[name] = (bytes - (before.get(name) ?? 0)) / count;
  }
  return { workload, system: system.name, count, bytesEach };
}
