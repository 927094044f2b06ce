import { OpCode } from "@meerkat/jute";
import { ClientSession } from "../client-session.ts";
import type { Connection } from "../connection.ts";
import { type Facts, hexOf } from "./facts.ts";

const OP_NAMES = new Map<number, string>(
  Object.entries(OpCode).map(([name, code]) => [code, name]),
);

/** Without the parenthesis that ends it. */
export function connectionLine(connection: Connection): string {
  const { stage, address } = connection;
  const session = stage instanceof ClientSession ? stage : undefined;
  const { received = 0, sent = 0 } = session?.traffic ?? {};
  const interest = connection.isHeld ? 0 : 1;
  return ` /${address}[${interest}](queued=${session?.pendingCount ?? 0},recved=${received},sent=${sent}`;
}

export function cons({ connections, startedAtMs, nowMs }: Facts): string {
  const toUnixMs = Date.now() - nowMs();
  let text = "";
  for (const connection of connections()) {
    text += connectionLine(connection);
    if (connection.stage instanceof ClientSession) {
      const { session, timeoutMs, traffic } = connection.stage;
      const { lastXid, lastOpCode, lastZxid, latency } = traffic;
      const details = {
        sid: hexOf(session),
        lop: OP_NAMES.get(lastOpCode) ?? "NA",
        est: Math.round(toUnixMs + connection.openedAtMs),
        to: timeoutMs,
        lcxid: hexOf(lastXid >>> 0),
        lzxid: hexOf(lastZxid),
        lresp: Math.round(connection.sentAtMs - startedAtMs),
        llat: Math.round(latency.last),
        minlat: Math.round(latency.min),
        avglat: Math.round(latency.average),
        maxlat: Math.round(latency.max),
      };
      for (const [key, value] of Object.entries(details)) text += `,${key}=${value}`;
    }
    text += ")\n";
  }
  return `${text}\n`;
}

export function crst({ connections }: Facts): string {
  for (const { stage } of connections()) {
    if (stage instanceof ClientSession) stage.traffic.reset();
  }
  return "Connection stats reset.\n";
}

export function dump({ coordination, connections }: Facts): string {
  const { tree } = coordination;
  const lines = ["SessionTracker dump:", `Global Sessions(${tree.sessions.size}):`];
  const owners: string[] = [];
  for (const { id, timeoutMs } of tree.sessions.values()) {
    lines.push(`${hexOf(id)}\t${timeoutMs}ms`);
    const paths = tree.ephemerals(id);
    if (paths.length > 0) owners.push([`${hexOf(id)}:`, ...paths.map((p) => `\t${p}`)].join("\n"));
  }
  lines.push("ephemeral nodes dump:", `Sessions with Ephemerals (${owners.length}):`, ...owners);
  const all = [...connections()];
  lines.push("Connections dump:", `Connections Sets (${all.length > 0 ? 1 : 0})/(${all.length}):`);
  for (const { address, stage } of all) {
    const id = stage instanceof ClientSession ? stage.session : 0;
    lines.push(`\tip: /${address} sessionId: ${hexOf(id)}`);
  }
  return `${lines.join("\n")}\n`;
}
