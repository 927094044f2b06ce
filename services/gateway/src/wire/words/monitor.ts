import { countOf, type Facts, versionOf } from "./facts.ts";
import { decimal } from "./server-words.ts";

const KEY_PREFIX = "zk_";

/** ZooKeeper's keys and their order of magnitude; what a gateway has nothing of is left out. */
export function mntr(facts: Facts): string {
  const { coordination, counters, desk, startedAtMs, nowMs, voters } = facts;
  const { tree } = coordination;
  const { latency } = counters;
  const values: Readonly<Record<string, string | number>> = {
    version: versionOf(facts),
    server_state: "observer",
    peer_state: `observing - ${coordination.isServing ? "broadcast" : "discovery"}`,
    avg_latency: latency.average,
    min_latency: Math.round(latency.min),
    max_latency: Math.round(latency.max),
    packets_received: counters.packetsReceived,
    packets_sent: counters.packetsSent,
    num_alive_connections: countOf(facts.connections()),
    outstanding_requests: coordination.requestCount,
    znode_count: tree.znodeCount,
    watch_count: desk.table.watchCount,
    ephemerals_count: tree.ephemeralsCount,
    approximate_data_size: tree.approximateDataSize,
    uptime: Math.round(nowMs() - startedAtMs),
    global_sessions: tree.sessions.size,
    local_sessions: 0,
    quorum_size: voters.length,
    last_client_response_size: counters.responseBytesLast,
    max_client_response_size: counters.responseBytesMax,
    min_client_response_size: counters.responseBytesMin,
    auth_failed_count: counters.authFailed,
    connection_drop_probability: 0,
    connection_request_count: counters.connectionRequests,
    connection_revalidate_count: counters.revalidations,
    connection_rejected: counters.connectionsRejected,
    connection_drop_count: counters.dropped,
    sessionless_connections_expired: counters.sessionlessExpired,
    stale_sessions_expired: counters.sessionsExpired,
    bytes_received_count: counters.bytesReceived,
    response_bytes: counters.bytesSent,
    large_requests_rejected: counters.badFrames,
  };
  const lines = Object.entries(values).map(([key, value]) => {
    const shown = typeof value === "number" ? decimal(value) : value;
    return `${KEY_PREFIX}${key}\t${shown}`;
  });
  return `${lines.join("\n")}\n`;
}
