import { type Acknowledged, type LoggedTxn, parseLog } from "@meerkat/workload";
import { type ComposeStack, REPLICAS } from "./compose-stack.ts";

export interface History {
  readonly replica: string;
  readonly txns: number;
  readonly first: string;
  readonly last: string;
  /** Paths that were acknowledged and that no transaction of this log creates. */
  readonly missing: readonly string[];
}

export interface Comparison {
  readonly histories: readonly History[];
  /** The first transaction that is not the same in all logs. */
  readonly difference: string | undefined;
}

/** What the volumes of the stopped replicas hold: is it the same, and all that was promised? */
export async function compareHistories(
  stack: ComposeStack,
  acknowledged: readonly Acknowledged[],
): Promise<Comparison> {
  const logs = new Map<string, readonly LoggedTxn[]>();
  for (const replica of REPLICAS) {
    const inspect = ["service/src/inspect.ts", "/data"];
    logs.set(replica, parseLog(await stack.readVolume(replica, "replica", inspect)));
  }
  return {
    histories: [...logs].map(([replica, log]) => historyOf(replica, log, acknowledged)),
    difference: firstDifference([...logs.values()]),
  };
}

function historyOf(
  replica: string,
  log: readonly LoggedTxn[],
  acknowledged: readonly Acknowledged[],
): History {
  const created = new Set(log.flatMap(({ body }) => body?.records ?? []).map(({ path }) => path));
  return {
    replica,
    txns: log.length,
    first: log[0]?.zxid ?? "",
    last: log.at(-1)?.zxid ?? "",
    missing: acknowledged.map(({ path }) => path).filter((path) => !created.has(path)),
  };
}

/** Logs are compared whole: `compareHistories` is for runs that end before the first log is purged. */
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
