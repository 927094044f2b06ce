import { type Dashboard, perSecond, quantile, query } from "../dashboard.ts";

/** Is it well, and how busy is it? */
export const ensemble: Dashboard = {
  name: "ensemble",
  title: "Meerkat: the ensemble",
  rows: [
    {
      title: "Is it well?",
      panels: [
        {
          kind: "number",
          title: "Leaders",
          says: "1 is right. 0: nothing can be written.",
          unit: "short",
          queries: [query("meerkat:leaders:count", "leaders")],
        },
        {
          kind: "number",
          title: "Replicas in the epoch",
          says: "All of them is right; a bare majority is the last that works.",
          unit: "short",
          queries: [query("meerkat:established_replicas:count", "replicas")],
        },
        {
          kind: "number",
          title: "Needed for a quorum",
          says: "Without so many replicas nothing is written.",
          unit: "short",
          queries: [query("meerkat:quorum:count", "quorum")],
        },
        {
          kind: "number",
          title: "Gateways that serve",
          says: "How many gateways answer reads and writes.",
          unit: "short",
          queries: [query("sum(meerkat_serving)", "gateways")],
        },
        {
          kind: "number",
          title: "Leader since",
          says: "How long the present leader has led; a small number means a change of leaders.",
          unit: "ms",
          queries: [query("max(leader_uptime)", "uptime")],
        },
        {
          kind: "number",
          title: "Alerts",
          says: "Alerts that fire now.",
          unit: "short",
          queries: [query('count(ALERTS{alertstate="firing"}) or vector(0)', "alerts")],
        },
        {
          title: "Who leads",
          says: "1 for the replica that leads an established epoch.",
          unit: "short",
          queries: [query('meerkat_server_state{state="LEADING"}')],
        },
        {
          title: "Behind the newest transaction",
          says: "Transactions that a server has not applied yet, within the present epoch.",
          unit: "short",
          queries: [query("meerkat:lag_txns")],
        },
        {
          title: "Elections",
          says: "How often a replica looked for a leader. One at each start is normal.",
          unit: "short",
          queries: [query("increase(looking_count[5m])")],
        },
      ],
    },
    {
      title: "How busy is it?",
      panels: [
        {
          title: "Transactions",
          says: "Committed transactions per second, by the server that applied them.",
          unit: "ops",
          queries: [perSecond("meerkat_delivered_txns_total")],
        },
        {
          title: "Reads and updates",
          says: "Requests per second of all clients over both protocols.",
          unit: "ops",
          queries: [
            query("sum(rate(readlatency_count[$__rate_interval]))", "reads"),
            query("sum(rate(updatelatency_count[$__rate_interval]))", "updates"),
          ],
        },
        {
          title: "Latency of updates",
          says: "From a write's arrival at a gateway until it is committed and applied there.",
          unit: "ms",
          queries: [quantile(0.5, "updatelatency"), quantile(0.99, "updatelatency")],
        },
        {
          title: "Znodes",
          says: "Znodes of the tree, the same on every server that is up to date.",
          unit: "short",
          queries: [query("max by (job) (znode_count)", "{{job}}")],
        },
        {
          title: "Size of the data",
          says: "Paths and data of all znodes.",
          unit: "bytes",
          queries: [query("max by (job) (approximate_data_size)", "{{job}}")],
        },
        {
          title: "Sessions and ephemerals",
          says: "Sessions of all clients, and the znodes that go with them.",
          unit: "short",
          queries: [
            query("max(global_sessions)", "sessions"),
            query("max(ephemerals_count)", "ephemerals"),
          ],
        },
      ],
    },
  ],
};
