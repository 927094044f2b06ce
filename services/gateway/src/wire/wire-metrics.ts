import { counter, gauge, histogram, type Metric } from "@meerkat/telemetry/metrics";
import { countOf, type Facts } from "./words/facts.ts";

/** What ZooKeeper tells of a server, under its names: `mntr` and /metrics have it from here. */
export const WIRE_METRICS: readonly Metric<Facts>[] = [
  gauge(
    "avg_latency",
    "Average latency over ZooKeeper's protocol since the start or srst, in ms",
    ({ counters }) => counters.latency.average,
  ),
  gauge(
    "min_latency",
    "Smallest latency over ZooKeeper's protocol since the start or srst, in ms",
    ({ counters }) => Math.round(counters.latency.min),
  ),
  gauge(
    "max_latency",
    "Largest latency over ZooKeeper's protocol since the start or srst, in ms",
    ({ counters }) => Math.round(counters.latency.max),
  ),
  gauge(
    "packets_received",
    "Requests over ZooKeeper's protocol since the start or srst",
    ({ counters }) => counters.packetsReceived,
  ),
  gauge(
    "packets_sent",
    "Answers and events over ZooKeeper's protocol since the start or srst",
    ({ counters }) => counters.packetsSent,
  ),
  gauge("num_alive_connections", "Connections of ZooKeeper's protocol", ({ connections }) =>
    countOf(connections()),
  ),
  gauge(
    "outstanding_requests",
    "Requests of all doors that are not answered",
    ({ coordination }) => coordination.requestCount,
  ),
  gauge("znode_count", "Znodes in the tree", ({ coordination }) => coordination.tree.znodeCount),
  gauge("watch_count", "Watches of this gateway's clients", ({ desk }) => desk.table.watchCount),
  gauge(
    "ephemerals_count",
    "Ephemeral znodes in the tree",
    ({ coordination }) => coordination.tree.ephemeralsCount,
  ),
  gauge(
    "approximate_data_size",
    "Paths and data of all znodes in bytes",
    ({ coordination }) => coordination.tree.approximateDataSize,
  ),
  gauge("uptime", "Since the start of the gateway, in ms", ({ nowMs, startedAtMs }) =>
    Math.round(nowMs() - startedAtMs),
  ),
  gauge(
    "global_sessions",
    "Sessions of all clients",
    ({ coordination }) => coordination.tree.sessions.size,
  ),
  gauge("local_sessions", "Always 0: every session is known to all", () => 0),
  gauge("quorum_size", "Voters of the ensemble", ({ voters }) => voters.length),
  gauge(
    "last_client_response_size",
    "Bytes of the newest answer over ZooKeeper's protocol",
    ({ counters }) => counters.responseBytesLast,
  ),
  gauge(
    "max_client_response_size",
    "Bytes of the largest",
    ({ counters }) => counters.responseBytesMax,
  ),
  gauge(
    "min_client_response_size",
    "Bytes of the smallest",
    ({ counters }) => counters.responseBytesMin,
  ),
  gauge(
    "auth_failed_count",
    "Credentials that were refused",
    ({ counters }) => counters.authFailed,
  ),
  gauge(
    "connection_drop_probability",
    "Always 0: connections are never dropped by chance",
    () => 0,
  ),
  counter(
    "connection_request_count",
    "Connections that asked for a session",
    ({ counters }) => counters.connectionRequests,
  ),
  counter(
    "connection_revalidate_count",
    "Sessions that came back to this gateway or moved to it",
    ({ counters }) => counters.revalidations,
  ),
  counter(
    "connection_rejected",
    "Connections refused because there were too many",
    ({ counters }) => counters.connectionsRejected,
  ),
  counter(
    "connection_drop_count",
    "Connections closed for not taking what they were sent",
    ({ counters }) => counters.dropped,
  ),
  counter(
    "sessionless_connections_expired",
    "Connections closed because they began no session in time",
    ({ counters }) => counters.sessionlessExpired,
  ),
  counter(
    "stale_sessions_expired",
    "Sessions of this gateway's connections that ended without their client's wish",
    ({ counters }) => counters.sessionsExpired,
  ),
  counter(
    "bytes_received_count",
    "Bytes over ZooKeeper's protocol from clients",
    ({ counters }) => counters.bytesReceived,
  ),
  counter(
    "response_bytes",
    "Bytes over ZooKeeper's protocol to clients",
    ({ counters }) => counters.bytesSent,
  ),
  counter(
    "large_requests_rejected",
    "Frames that are too large, or none that a client may send",
    ({ counters }) => counters.badFrames,
  ),
  histogram(
    "readlatency",
    "What the gateway answers by itself, from arrival to answer, in ms",
    ({ coordination }) => coordination.latencies.readMs,
  ),
  histogram(
    "updatelatency",
    "What becomes a transaction, from arrival until it is applied here, in ms",
    ({ coordination }) => coordination.latencies.updateMs,
  ),
];
