import { connectionLine } from "./connection-words.ts";
import { countOf, type Facts, hexOf, versionOf } from "./facts.ts";

/** Whole numbers plain, others with four decimals. */
export function decimal(value: number): string {
  return Number.isInteger(value) ? `${value}` : value.toFixed(4);
}

export function ruok(): string {
  return "imok";
}

/** rw: a gateway that serves takes writes. Clients compare the answer to the letter. */
export function isro({ coordination }: Facts): string {
  return coordination.isServing ? "rw" : "null";
}

export function srvr(facts: Facts): string {
  return `Zookeeper version: ${versionOf(facts)}\n${serverLines(facts)}`;
}

export function stat(facts: Facts): string {
  let text = `Zookeeper version: ${versionOf(facts)}\nClients:\n`;
  for (const connection of facts.connections()) text += `${connectionLine(connection)})\n`;
  return `${text}\n${serverLines(facts)}`;
}

function serverLines(facts: Facts): string {
  const { counters, coordination } = facts;
  const { latency } = counters;
  const lines = [
    `Latency min/avg/max: ${round(latency.min)}/${decimal(latency.average)}/${round(latency.max)}`,
    `Received: ${counters.packetsReceived}`,
    `Sent: ${counters.packetsSent}`,
    `Connections: ${countOf(facts.connections())}`,
    `Outstanding: ${coordination.requestCount}`,
    `Zxid: ${hexOf(coordination.tree.lastZxid)}`,
    "Mode: observer",
    `Node count: ${coordination.tree.znodeCount}`,
  ];
  return `${lines.join("\n")}\n`;
}

function round(ms: number): number {
  return Math.round(ms);
}

export function srst({ counters }: Facts): string {
  counters.reset();
  return "Server stats reset.\n";
}

export function conf(facts: Facts): string {
  const { ports, limits, sessionTimeouts, serverId, tickTimeMs, coordination } = facts;
  const { data = "" } = coordination.tree.getData("/zookeeper/config") ?? {};
  const lines = [
    `clientPort=${ports.plain}`,
    `secureClientPort=${ports.secure}`,
    "dataDir=",
    "dataDirSize=0",
    "dataLogDir=",
    "dataLogSize=0",
    `tickTime=${tickTimeMs}`,
    `maxClientCnxns=${limits.connectionsPerAddressMax}`,
    `minSessionTimeout=${sessionTimeouts.minMs}`,
    `maxSessionTimeout=${sessionTimeouts.maxMs}`,
    "clientPortListenBacklog=-1",
    `serverId=${serverId}`,
    "peerType=1",
    "membership: ",
    data ?? "",
  ];
  return `${lines.join("\n")}\n`;
}

/** A gateway keeps nothing on disk: the replicas do. */
export function dirs(): string {
  return "datadir_size: 0\nlogdir_size: 0\n";
}

/** The newest digest; a gateway that differs from the leader starts over, so there is nothing to compare. */
export function hash({ coordination }: Facts): string {
  const { lastZxid, digestHex } = coordination.tree;
  return `${lastZxid.toString(16)}: ${BigInt(`0x${digestHex}`)}\n`;
}

/** ZooKeeper's trace mask, which nothing reads here. */
export function gtmk(): string {
  return "306";
}
