import {
  counter,
  gauge,
  type Histogram,
  histogram,
  type Metric,
  stateGauge,
} from "@meerkat/telemetry/metrics";
import type { Peer } from "@meerkat/zab";
import type { Delivery } from "../pipeline/delivery.ts";
import type { SnapshotTaker } from "../pipeline/snapshot-taker.ts";
import type { Replica } from "../replica.ts";
import type { StorageClient } from "../storage/storage-client.ts";
import { databaseBytes, freeBytes } from "./disk-usage.ts";

/** The objects that live in a replica, which know what it tells of itself. */
export interface ReplicaFacts {
  readonly replica: Replica;
  readonly peer: Peer;
  readonly delivery: Delivery;
  readonly storage: StorageClient;
  readonly snapshotTaker: SnapshotTaker;
  readonly voters: number;
  readonly dataDir: string;
  /** How long it took to make the tree of what the disk held. */
  readonly restoreMs: Histogram;
}

const STATES = ["LOOKING", "FOLLOWING", "LEADING", "OBSERVING"];
const PHASES = ["ELECTION", "DISCOVERY", "SYNCHRONIZATION", "BROADCAST"];

/** What ZooKeeper has, under its names. It counts transactions where a proposal here is a batch of them. */
const ZOOKEEPER: readonly Metric<ReplicaFacts>[] = [
  gauge("znode_count", "Znodes in the tree", ({ delivery }) => delivery.tree.znodeCount),
  gauge(
    "ephemerals_count",
    "Ephemeral znodes in the tree",
    ({ delivery }) => delivery.tree.ephemeralsCount,
  ),
  gauge(
    "approximate_data_size",
    "Paths and data of all znodes in bytes",
    ({ delivery }) => delivery.tree.approximateDataSize,
  ),
  gauge(
    "global_sessions",
    "Sessions of all clients",
    ({ delivery }) => delivery.tree.sessions.size,
  ),
  gauge("quorum_size", "Voters of the ensemble", ({ voters }) => voters),
  gauge(
    "outstanding_requests",
    "Requests of gateways that wait at this leader to be proposed",
    ({ replica }) => replica.waiting?.count,
  ),
  gauge(
    "leader_uptime",
    "How long this replica has led its epoch, in ms; only of a leader",
    ({ replica }) => replica.roleTimes.leaderUptimeMs(performance.now()),
  ),
  gauge("learners", "Voters that follow this leader", ({ peer }) => peer.learners?.following),
  gauge(
    "synced_followers",
    "Voters that follow this leader and have its history",
    ({ peer }) => peer.learners?.synced,
  ),
  gauge(
    "pending_syncs",
    "Voters that follow this leader and do not have its history yet",
    ({ peer }) => peer.learners && peer.learners.following - peer.learners.synced,
  ),
  counter(
    "looking_count",
    "How often this replica looked for a leader, its start included",
    ({ replica }) => replica.roleTimes.lookingCount,
  ),
  histogram(
    "election_time",
    "From looking for a leader to having one, in ms",
    ({ replica }) => replica.roleTimes.electionMs,
  ),
  histogram(
    "follower_sync_time",
    "From following a leader to having its history, in ms",
    ({ replica }) => replica.roleTimes.followerSyncMs,
  ),
  histogram(
    "unavailable_time",
    "From the loss of an established epoch to the next one, in ms",
    ({ replica }) => replica.roleTimes.unavailableMs,
  ),
  counter(
    "proposal_count",
    "Batches of transactions proposed by this leader",
    ({ delivery }) => delivery.counters.proposalTxns.count,
  ),
  counter(
    "commit_count",
    "Batches that this leader committed",
    ({ delivery }) => delivery.counters.quorumAckMs.count,
  ),
  histogram(
    "quorum_ack_latency",
    "From a proposal to its acknowledgement by a quorum, in ms; at the leader",
    ({ delivery }) => delivery.counters.quorumAckMs,
  ),
  gauge(
    "last_proposal_size",
    "Bytes of the newest proposal of this leader",
    ({ delivery }) => delivery.counters.lastProposalBytes,
  ),
  gauge(
    "min_proposal_size",
    "Bytes of its smallest proposal",
    ({ delivery }) => delivery.counters.proposalBytesMin,
  ),
  gauge(
    "max_proposal_size",
    "Bytes of its largest proposal",
    ({ delivery }) => delivery.counters.proposalBytesMax,
  ),
  counter(
    "diff_count",
    "Learners that this leader brought up to date with transactions",
    ({ replica }) => replica.syncTraffic.diffsSent,
  ),
  counter(
    "snap_count",
    "Learners that this leader sent a snapshot",
    ({ replica }) => replica.syncTraffic.snapsSent,
  ),
  counter(
    "learner_proposal_received_count",
    "Proposals that came from a leader",
    ({ replica }) => replica.syncTraffic.proposalsReceived,
  ),
  counter(
    "learner_commit_received_count",
    "Commits and heartbeats that came from a leader",
    ({ replica }) => replica.syncTraffic.commitsReceived,
  ),
  counter(
    "stale_sessions_expired",
    "Sessions that this leader ended because nobody had heard of their client",
    ({ replica }) => replica.reignCounters.sessionsExpired,
  ),
  histogram(
    "fsynctime",
    "A commit to disk, fsync included, in ms",
    ({ storage }) => storage.commitMs,
  ),
  histogram(
    "snapshottime",
    "Writing a snapshot while the work goes on, in ms",
    ({ snapshotTaker }) => snapshotTaker.writeMs,
  ),
  histogram(
    "dbinittime",
    "Making the tree of what the disk held at the start, in ms",
    ({ restoreMs }) => restoreMs,
  ),
];

const OURS: readonly Metric<ReplicaFacts>[] = [
  stateGauge(
    "meerkat_server_state",
    "1 for the state that this replica is in",
    { label: "state", states: STATES },
    ({ peer }) => peer.status.serverState,
  ),
  stateGauge(
    "meerkat_zab_phase",
    "1 for the phase of ZAB that this replica is in",
    { label: "phase", states: PHASES },
    ({ peer }) => peer.status.zabState,
  ),
  gauge(
    "meerkat_established",
    "1 while this replica is part of an established epoch",
    ({ peer }) => (peer.status.established ? 1 : 0),
  ),
  gauge("meerkat_voice", "1 while this replica's word counts in quorums", ({ peer }) =>
    peer.status.voice ? 1 : 0,
  ),
  gauge(
    "meerkat_epoch",
    "The epoch that it is in, or was in last",
    ({ peer }) => peer.status.epoch,
  ),
  gauge(
    "meerkat_last_zxid",
    "The newest transaction in its log",
    ({ peer }) => peer.status.lastZxid,
  ),
  gauge(
    "meerkat_committed_zxid",
    "The newest transaction that it knows to be committed",
    ({ peer }) => peer.status.committed,
  ),
  gauge(
    "meerkat_applied_zxid",
    "The newest transaction in its tree that is committed",
    ({ delivery }) => delivery.applied,
  ),
  gauge(
    "meerkat_outage_ms",
    "How long it has been without an established epoch, in ms; not while it has one",
    ({ replica }) => replica.roleTimes.outageMs(performance.now()),
  ),
  counter(
    "meerkat_delivered_batches_total",
    "Committed batches that came into the tree",
    ({ delivery }) => delivery.counters.deliveredBatches,
  ),
  counter(
    "meerkat_delivered_txns_total",
    "Committed transactions that came into the tree",
    ({ delivery }) => delivery.counters.deliveredTxns,
  ),
  histogram(
    "meerkat_proposal_txns",
    "Transactions in a proposal of this leader",
    ({ delivery }) => delivery.counters.proposalTxns,
  ),
  histogram(
    "meerkat_proposal_bytes",
    "Bytes of a proposal of this leader",
    ({ delivery }) => delivery.counters.proposalBytes,
  ),
  gauge(
    "meerkat_proposals_in_flight",
    "Proposals of this leader that are not committed",
    ({ peer }) => peer.outstanding,
  ),
  gauge(
    "meerkat_request_queue_bytes",
    "Requests of gateways that wait at this leader, in bytes",
    ({ replica }) => replica.waiting?.bytes,
  ),
  counter(
    "meerkat_requests_received_total",
    "Requests that gateways sent this leader, those sent again included",
    ({ replica }) => replica.reignCounters.requests,
  ),
  counter(
    "meerkat_resends_asked_total",
    "How often this leader missed requests of a gateway and asked for them again",
    ({ replica }) => replica.reignCounters.resendsAsked,
  ),
  counter(
    "meerkat_trunc_count_total",
    "Learners that had to withdraw transactions before they followed this leader",
    ({ replica }) => replica.syncTraffic.truncsSent,
  ),
  counter(
    "meerkat_resyncs_total",
    "How this replica came to a leader's history, by the last step",
    ({ replica }) => resyncs(replica),
    ["mode"],
  ),
  gauge(
    "meerkat_disk_queue_writes",
    "Writes that wait for the disk",
    ({ storage }) => storage.writesInFlight,
  ),
  gauge(
    "meerkat_disk_queue_bytes",
    "Payload that waits for the disk, in bytes",
    ({ storage }) => storage.bytesInFlight,
  ),
  counter(
    "meerkat_disk_written_bytes_total",
    "Payload of the log and of others' snapshots that is on disk, in bytes",
    ({ storage }) => storage.bytesWritten,
  ),
  counter(
    "meerkat_proposals_left_total",
    "Proposals not taken because too much waited for the disk",
    ({ replica }) => replica.proposalsLeft,
  ),
  gauge(
    "meerkat_database_bytes",
    "The database and its write-ahead log on disk, in bytes",
    ({ dataDir }) => databaseBytes(dataDir),
  ),
  gauge(
    "meerkat_disk_free_bytes",
    "Free space on the disk of the data folder, in bytes",
    ({ dataDir }) => freeBytes(dataDir),
  ),
  counter(
    "meerkat_dropped_messages_total",
    "Messages that were not taken, by cause",
    ({ replica }) => dropped(replica),
    ["cause"],
  ),
];

function resyncs({ syncTraffic }: Replica) {
  return [
    { labels: { mode: "DIFF" }, value: syncTraffic.diffsTaken },
    { labels: { mode: "TRUNC" }, value: syncTraffic.truncsTaken },
    { labels: { mode: "SNAP" }, value: syncTraffic.snapsTaken },
  ];
}

function dropped({ received, reignCounters }: Replica) {
  return [
    { labels: { cause: "malformed" }, value: received.malformed + reignCounters.malformed },
    { labels: { cause: "stale" }, value: received.stale },
    { labels: { cause: "impostor" }, value: received.impostor },
  ];
}

export const REPLICA_METRICS: readonly Metric<ReplicaFacts>[] = [...ZOOKEEPER, ...OURS];
