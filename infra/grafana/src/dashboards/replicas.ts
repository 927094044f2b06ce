import { type Dashboard, perSecond, quantile, query } from "../dashboard.ts";

const OF_ONE = 'instance=~"$instance"';

/** What the replicas do: consensus, disks, synchronization. */
export const replicas: Dashboard = {
  name: "replicas",
  title: "Meerkat: replicas",
  job: "meerkat-replica",
  rows: [
    {
      title: "Consensus",
      panels: [
        {
          title: "Phase",
          says: "1 for each replica that is in BROADCAST, which is where it belongs.",
          unit: "short",
          queries: [query(`meerkat_zab_phase{job="meerkat-replica",phase="BROADCAST",${OF_ONE}}`)],
        },
        {
          title: "Epoch",
          says: "The same for all. A step up is a new leader.",
          unit: "short",
          queries: [query(`meerkat_epoch{job="meerkat-replica",${OF_ONE}}`)],
        },
        {
          title: "Followers of the leader",
          says: "Voters that follow, and those of them that have its history.",
          unit: "short",
          queries: [
            query("learners", "{{instance}} follow"),
            query("synced_followers", "{{instance}} synced"),
          ],
        },
        {
          title: "Proposals",
          says: "Batches per second that the leader proposed.",
          unit: "ops",
          queries: [perSecond("proposal_count", OF_ONE)],
        },
        {
          title: "Transactions in a batch",
          says: "Grows with the load: a batch costs the same whatever is in it.",
          unit: "short",
          queries: [
            query(
              `sum by (instance) (rate(meerkat_proposal_txns_sum{${OF_ONE}}[$__rate_interval])) / sum by (instance) (rate(meerkat_proposal_txns_count{${OF_ONE}}[$__rate_interval]))`,
            ),
          ],
        },
        {
          title: "Acknowledged by a quorum",
          says: "From a proposal until a majority has it on disk.",
          unit: "ms",
          queries: [
            quantile(0.5, "quorum_ack_latency", OF_ONE),
            quantile(0.99, "quorum_ack_latency", OF_ONE),
          ],
        },
        {
          title: "Waiting at the leader",
          says: "Requests that are not proposed yet.",
          unit: "short",
          queries: [query(`outstanding_requests{job="meerkat-replica",${OF_ONE}}`)],
        },
        {
          title: "Proposals in flight",
          says: "Proposed and not committed; at its limit when the disks are slow.",
          unit: "short",
          queries: [query(`meerkat_proposals_in_flight{${OF_ONE}}`)],
        },
        {
          title: "Without an epoch",
          says: "For how long a replica has been out of an established epoch.",
          unit: "ms",
          queries: [query(`meerkat_outage_ms{${OF_ONE}}`)],
          emptyBecause: "every replica is part of an established epoch",
        },
      ],
    },
    {
      title: "Disk",
      panels: [
        {
          title: "A commit to disk",
          says: "With fsync. Two thirds of a write's time are here.",
          unit: "ms",
          queries: [quantile(0.5, "fsynctime", OF_ONE), quantile(0.99, "fsynctime", OF_ONE)],
        },
        {
          title: "Written",
          says: "Payload of the log per second.",
          unit: "Bps",
          queries: [perSecond("meerkat_disk_written_bytes_total", OF_ONE)],
        },
        {
          title: "Waiting for the disk",
          says: "Payload that is not on disk yet.",
          unit: "bytes",
          queries: [query(`meerkat_disk_queue_bytes{${OF_ONE}}`)],
        },
        {
          title: "Database",
          says: "The database with its log, which shrinks after each snapshot.",
          unit: "bytes",
          queries: [query(`meerkat_database_bytes{${OF_ONE}}`)],
        },
        {
          title: "Free space",
          says: "A replica stops when its disk is full.",
          unit: "bytes",
          queries: [query(`meerkat_disk_free_bytes{${OF_ONE}}`)],
        },
        {
          title: "Snapshots",
          says: "Time to write one, while the work goes on.",
          unit: "ms",
          queries: [
            query(
              `rate(snapshottime_sum{${OF_ONE}}[1h]) / rate(snapshottime_count{${OF_ONE}}[1h])`,
            ),
          ],
        },
      ],
    },
    {
      title: "Watch events",
      panels: [
        {
          title: "Behind",
          says: "Transactions that the stream does not have yet.",
          unit: "short",
          queries: [query("meerkat_watch_lag_txns")],
        },
        {
          title: "Stored",
          says: "Events per second that the stream took.",
          unit: "ops",
          queries: [perSecond("meerkat_watch_events_stored_total", OF_ONE)],
        },
        {
          title: "Not taken",
          says: "How often the stream did not take something, and gaps that stayed, in 15 minutes.",
          unit: "short",
          queries: [
            query(
              `increase(meerkat_watch_failures_total{${OF_ONE}}[15m])`,
              "{{instance}} failures",
            ),
            query(`increase(meerkat_watch_gaps_total{${OF_ONE}}[15m])`, "{{instance}} gaps"),
          ],
        },
      ],
    },
    {
      title: "Coming and going",
      panels: [
        {
          title: "Elections",
          says: "Time to find a leader, of each election.",
          unit: "ms",
          queries: [
            query(
              `increase(election_time_sum{${OF_ONE}}[5m]) / increase(election_time_count{${OF_ONE}}[5m])`,
            ),
          ],
        },
        {
          title: "Out of service",
          says: "From the loss of an epoch to the next, of each outage.",
          unit: "ms",
          queries: [
            query(
              `increase(unavailable_time_sum{${OF_ONE}}[5m]) / increase(unavailable_time_count{${OF_ONE}}[5m])`,
            ),
          ],
        },
        {
          title: "Synchronizations",
          says: "How replicas came to the leader's history in the last 5 minutes.",
          unit: "short",
          queries: [
            query(`sum by (mode) (increase(meerkat_resyncs_total{${OF_ONE}}[5m]))`, "{{mode}}"),
          ],
        },
        {
          title: "Sessions expired",
          says: "Sessions per second that the leader ended because their clients were silent.",
          unit: "ops",
          queries: [perSecond("stale_sessions_expired", 'job="meerkat-replica"')],
        },
        {
          title: "Asked to send again",
          says: "Messages of gateways that the leader missed.",
          unit: "ops",
          queries: [perSecond("meerkat_resends_asked_total", OF_ONE)],
        },
        {
          title: "Messages not taken",
          says: "Stale ones at a restart are normal. Impostors never are.",
          unit: "ops",
          queries: [perSecond("meerkat_dropped_messages_total", OF_ONE, "cause")],
        },
      ],
    },
  ],
};
