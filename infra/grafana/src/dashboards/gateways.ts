import { type Dashboard, perSecond, quantile, query } from "../dashboard.ts";

const OF_ONE = 'instance=~"$instance"';
const GATEWAY = `job="meerkat-gateway",${OF_ONE}`;

/** What clients do, and how they are served. */
export const gateways: Dashboard = {
  name: "gateways",
  title: "Meerkat: gateways",
  job: "meerkat-gateway",
  rows: [
    {
      title: "Clients",
      panels: [
        {
          title: "Connections",
          says: "Of ZooKeeper's protocol.",
          unit: "short",
          queries: [query(`num_alive_connections{${OF_ONE}}`)],
        },
        {
          title: "Watches",
          says: "Of the clients of each gateway.",
          unit: "short",
          queries: [query(`watch_count{${OF_ONE}}`)],
        },
        {
          title: "Requests over ZooKeeper's protocol",
          says: "Per second.",
          unit: "ops",
          queries: [perSecond("packets_received", OF_ONE)],
        },
        {
          title: "Requests over HTTP",
          says: "Per second, by route.",
          unit: "ops",
          queries: [
            query(
              `sum by (method, route) (rate(meerkat_http_requests_total{${OF_ONE}}[$__rate_interval]))`,
              "{{method}} {{route}}",
            ),
          ],
        },
        {
          title: "Errors over HTTP",
          says: "Answers with 4xx and 5xx per second.",
          unit: "ops",
          queries: [
            query(
              `sum by (status) (rate(meerkat_http_requests_total{status=~"[45]..",${OF_ONE}}[$__rate_interval]))`,
              "{{status}}",
            ),
          ],
          emptyBecause: "nobody was refused",
        },
        {
          title: "Bytes over ZooKeeper's protocol",
          says: "Per second, both ways.",
          unit: "Bps",
          queries: [
            query(`sum(rate(bytes_received_count{${OF_ONE}}[$__rate_interval]))`, "from clients"),
            query(`sum(rate(response_bytes{${OF_ONE}}[$__rate_interval]))`, "to clients"),
          ],
        },
      ],
    },
    {
      title: "Latency",
      panels: [
        {
          title: "Reads",
          says: "What a gateway answers by itself.",
          unit: "ms",
          queries: [quantile(0.5, "readlatency", OF_ONE), quantile(0.99, "readlatency", OF_ONE)],
        },
        {
          title: "Updates",
          says: "From arrival until committed and applied.",
          unit: "ms",
          queries: [
            quantile(0.5, "updatelatency", OF_ONE),
            quantile(0.99, "updatelatency", OF_ONE),
          ],
        },
        {
          title: "From the leader to here",
          says: "From the leader's clock in a batch to its being applied; clocks that differ show here.",
          unit: "ms",
          queries: [
            quantile(0.5, "propagation_latency", OF_ONE),
            quantile(0.99, "propagation_latency", OF_ONE),
          ],
        },
      ],
    },
    {
      title: "Event streams",
      panels: [
        {
          title: "Streams",
          says: "Clients of GET /v1/watch.",
          unit: "short",
          queries: [query(`meerkat_watch_streams{${OF_ONE}}`)],
        },
        {
          title: "Events",
          says: "Sent per second, each to each client.",
          unit: "ops",
          queries: [perSecond("meerkat_watch_events_sent_total", OF_ONE)],
        },
        {
          title: "Not taken yet",
          says: "Events that clients have not taken.",
          unit: "bytes",
          queries: [query(`meerkat_watch_unsent_bytes{${OF_ONE}}`)],
        },
      ],
    },
    {
      title: "Under way",
      panels: [
        {
          title: "With the leader",
          says: "Requests sent and not answered.",
          unit: "short",
          queries: [query(`meerkat_requests_sent{${OF_ONE}}`)],
        },
        {
          title: "Waiting",
          says: "Requests that wait for their turn, for room or for a leader.",
          unit: "short",
          queries: [
            query(`meerkat_requests_waiting{${OF_ONE}}`),
            query(`meerkat_reads_waiting{${OF_ONE}}`, "{{instance}} reads"),
          ],
        },
        {
          title: "Refused and given up",
          says: "Per second.",
          unit: "ops",
          queries: [
            perSecond("meerkat_requests_refused_total", OF_ONE, "reason"),
            query(
              `sum(rate(meerkat_requests_expired_total{${OF_ONE}}[$__rate_interval]))`,
              "given up",
            ),
          ],
        },
        {
          title: "Not applied yet",
          says: "Committed and waiting to be applied; grows while a gateway catches up.",
          unit: "bytes",
          queries: [query(`meerkat_apply_backlog_bytes{${OF_ONE}}`)],
        },
        {
          title: "Connections closed",
          says: "Rejected, sessionless, or of clients that did not take their answers; per second.",
          unit: "ops",
          queries: [
            query(`sum(rate(connection_rejected{${OF_ONE}}[$__rate_interval]))`, "rejected"),
            query(
              `sum(rate(sessionless_connections_expired{${OF_ONE}}[$__rate_interval]))`,
              "sessionless",
            ),
            query(`sum(rate(connection_drop_count{${OF_ONE}}[$__rate_interval]))`, "slow readers"),
          ],
        },
        {
          title: "Trees replaced",
          says: "How often a gateway took the leader's snapshot, or had to drop its tree.",
          unit: "short",
          queries: [
            query(`increase(meerkat_tree_replaced_total{${GATEWAY}}[5m])`, "{{instance}} replaced"),
            query(`increase(meerkat_diverged_total{${GATEWAY}}[5m])`, "{{instance}} diverged"),
          ],
        },
      ],
    },
  ],
};
