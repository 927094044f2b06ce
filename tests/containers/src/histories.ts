import { type Acknowledged, type LoggedTxn, parseLog } from "@meerkat/workload";
import { type ComposeStack, REPLICAS } from "./compose-stack.ts";

/** The logs in the volumes of the stopped replicas, by the replica's name. */
export async function readLogs(
  stack: ComposeStack,
): Promise<ReadonlyMap<string, readonly LoggedTxn[]>> {
  const logs = new Map<string, readonly LoggedTxn[]>();
  for (const replica of REPLICAS) {
    const inspect = ["service/src/inspect.ts", "/data"];
    logs.set(replica, parseLog(await stack.readVolume(replica, "replica", inspect)));
  }
  return logs;
}

/** Paths that were acknowledged and that no transaction of the log creates. */
export function missingIn(
  log: readonly LoggedTxn[],
  acknowledged: readonly Acknowledged[],
): readonly string[] {
  const created = new Set(log.flatMap(({ body }) => body?.records ?? []).map(({ path }) => path));
  return acknowledged.map(({ path }) => path).filter((path) => !created.has(path));
}

/**
 * The first transaction that is not the same in all logs, in words. They are compared from their
 * beginning: for runs that end before the first of them is purged.
 */
export function firstDifference(logs: readonly (readonly LoggedTxn[])[]): string | undefined {
  const [one = [], ...others] = logs;
  const length = Math.max(...logs.map((log) => log.length));
  for (let i = 0; i < length; i += 1) {
    const wanted = JSON.stringify(one[i]);
    const other = others.find((log) => JSON.stringify(log[i]) !== wanted);
    if (other === undefined) continue;
    return `transaction ${i + 1}: ${one[i]?.zxid ?? "none"} here, ${other[i]?.zxid ?? "none"} there, or not the same`;
  }
  return undefined;
}
