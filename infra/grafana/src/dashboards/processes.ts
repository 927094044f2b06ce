import { type Dashboard, perSecond, quantile, query } from "../dashboard.ts";

const OF_ONE = 'instance=~"$instance"';

/** What every process of ours costs, and its connection to NATS. */
export const processes: Dashboard = {
  name: "processes",
  title: "Meerkat: processes and NATS",
  rows: [
    {
      title: "Processes",
      panels: [
        {
          title: "CPU",
          says: "Seconds of CPU per second.",
          unit: "short",
          queries: [perSecond("process_cpu_seconds_total", OF_ONE)],
        },
        {
          title: "Event loop",
          says: "What part of the time it is busy; near 1 the process is at its limit.",
          unit: "percentunit",
          queries: [
            query(`rate(meerkat_event_loop_busy_seconds_total{${OF_ONE}}[$__rate_interval])`),
          ],
        },
        {
          title: "Event loop delay",
          says: "How late the process's own ticks come.",
          unit: "ms",
          queries: [quantile(0.99, "meerkat_tick_delay_ms", OF_ONE)],
        },
        {
          title: "Memory",
          says: "Resident.",
          unit: "bytes",
          queries: [query(`process_resident_memory_bytes{job=~"meerkat-.*",${OF_ONE}}`)],
        },
        {
          title: "JavaScript heap",
          says: "In use.",
          unit: "bytes",
          queries: [query(`nodejs_heap_size_used_bytes{${OF_ONE}}`)],
        },
        {
          title: "Garbage collector",
          says: "Seconds of pauses per second.",
          unit: "s",
          queries: [perSecond("nodejs_gc_duration_seconds_sum", OF_ONE)],
        },
        {
          title: "Open files",
          says: "Files and sockets.",
          unit: "short",
          queries: [query(`process_open_fds{job=~"meerkat-.*",${OF_ONE}}`)],
        },
        {
          title: "Restarts",
          says: "How often a process started within the last hour.",
          unit: "short",
          queries: [query(`changes(process_start_time_seconds{job=~"meerkat-.*",${OF_ONE}}[1h])`)],
        },
        {
          title: "Versions",
          says: "Processes of each version.",
          unit: "short",
          queries: [
            query("count by (version, node) (meerkat_build_info)", "{{version}}, Node {{node}}"),
          ],
        },
      ],
    },
    {
      title: "NATS",
      panels: [
        {
          title: "Connected",
          says: "1 while a process has its connection.",
          unit: "short",
          queries: [query(`meerkat_nats_connected{${OF_ONE}}`)],
        },
        {
          title: "Messages received",
          says: "Per second.",
          unit: "ops",
          queries: [perSecond("meerkat_nats_messages_received_total", OF_ONE)],
        },
        {
          title: "Messages sent",
          says: "Per second.",
          unit: "ops",
          queries: [perSecond("meerkat_nats_messages_sent_total", OF_ONE)],
        },
        {
          title: "Bytes received",
          says: "Per second.",
          unit: "Bps",
          queries: [perSecond("meerkat_nats_received_bytes_total", OF_ONE)],
        },
        {
          title: "Bytes sent",
          says: "Per second.",
          unit: "Bps",
          queries: [perSecond("meerkat_nats_sent_bytes_total", OF_ONE)],
        },
        {
          title: "Reconnects",
          says: "In 15 minutes.",
          unit: "short",
          queries: [query(`increase(meerkat_nats_reconnects_total{${OF_ONE}}[15m])`)],
        },
      ],
    },
    {
      title: "Elections",
      panels: [
        {
          title: "Round",
          says: "Of each elector's newest election; the same for all.",
          unit: "short",
          queries: [query("meerkat_election_round", "elector {{server}}")],
        },
        {
          title: "Electors connected",
          says: "1 while connected to NATS.",
          unit: "short",
          queries: [query("meerkat_elector_connected", "elector {{server}}")],
        },
        {
          title: "Changes of mind",
          says: "How often an elector's advice, or whom it waits for, changed in 15 minutes.",
          unit: "short",
          queries: [query("increase(meerkat_elector_changes_total[15m])", "elector {{server}}")],
        },
      ],
    },
  ],
};
