import {
  ENSEMBLE_SPECS,
  integer,
  OPERATIONS_SPECS,
  type readConfig,
  StartupError,
  TRACING_SPECS,
  TREE_SPECS,
  text,
  treeSettings,
} from "@meerkat/service";
import { type DataTreeOptions, makeAclPolicy } from "@meerkat/tree";
import type { PeerConfig, ServerId } from "@meerkat/zab";
import type { SnapshotLimits } from "./pipeline/snapshot-taker.ts";
import type { ReplicaLimits } from "./replica.ts";
import type { StorageOptions } from "./storage/open-database.ts";
import { TRACES_PER_BATCH_MAX } from "./tracing/leader-traces.ts";
import { WATCH_SPECS } from "./watch/watch-specs.ts";

const KIB = 1024;
const MIB = 1024 * KIB;

export const REPLICA_SPECS = {
  ...ENSEMBLE_SPECS,
  ...TREE_SPECS,
  ...TRACING_SPECS,
  ...OPERATIONS_SPECS,
  ...WATCH_SPECS,
  MEERKAT_SERVER_ID: integer({
    min: 1,
    max: 254,
    desc: "Id of this replica, one of MEERKAT_SERVERS",
  }),
  MEERKAT_DATA_DIR: text({
    desc: "Folder of this replica alone; made when missing",
  }),
  MEERKAT_DATA_BYTES_MAX: integer({
    default: 0,
    min: 0,
    max: Number.MAX_SAFE_INTEGER,
    desc: "Largest size of the database; the replica stops rather than write more (0: no limit)",
  }),
  MEERKAT_SNAPSHOT_TXNS: integer({
    default: 100_000,
    min: 1,
    max: 1_000_000_000,
    desc: "A snapshot is taken after so many transactions",
  }),
  MEERKAT_SNAPSHOT_LOG_BYTES: integer({
    default: 64 * MIB,
    min: 64 * KIB,
    max: Number.MAX_SAFE_INTEGER,
    desc: "… or after so many bytes of log, whatever comes first",
  }),
  MEERKAT_LOG_KEEP_BYTES: integer({
    default: 512 * MIB,
    min: 0,
    max: Number.MAX_SAFE_INTEGER,
    desc: "Log that no start needs stays, for watch events that are behind, while less of the database is in use",
  }),
  MEERKAT_BATCH_TXNS_MAX: integer({
    default: 2_000,
    min: 1,
    max: 100_000,
    desc: "Most transactions in one proposal",
  }),
  MEERKAT_GATHER_TXNS: integer({
    default: 256,
    min: 1,
    max: 100_000,
    desc: "While proposals are on their way, a next one waits for so many transactions, or for them",
  }),
  MEERKAT_GATHER_MS: integer({
    default: 10,
    min: 0,
    max: 1_000,
    desc: "When none is on its way, a proposal waits at most so long for clients that were just answered",
  }),
  MEERKAT_BATCH_BYTES_MAX: integer({
    default: 512 * KIB,
    min: KIB,
    max: 64 * MIB,
    desc: "A proposal takes no further transaction beyond this size",
  }),
  MEERKAT_TXN_BYTES_MAX: integer({
    default: 3 * MIB,
    min: KIB,
    max: 64 * MIB,
    desc: "Largest single transaction; larger ones are refused",
  }),
  MEERKAT_PROPOSALS_IN_FLIGHT_MAX: integer({
    default: 4,
    min: 1,
    max: 1_000,
    desc: "Proposals on their way at once",
  }),
  MEERKAT_COMMITTED_WINDOW_BYTES: integer({
    default: 16 * MIB,
    min: 0,
    max: 1024 * MIB,
    desc: "Recent proposals kept in memory for servers that are a little behind",
  }),
  MEERKAT_SYNC_CHUNK_BYTES: integer({
    default: 256 * KIB,
    min: 4 * KIB,
    max: 16 * MIB,
    desc: "Size of the parts in which another server is brought up to date",
  }),
  MEERKAT_REQUEST_QUEUE_BYTES: integer({
    default: 64 * MIB,
    min: MIB,
    max: 1024 * MIB,
    desc: "Requests waiting at the leader; beyond it gateways have to send again",
  }),
  MEERKAT_DISK_QUEUE_BYTES: integer({
    default: 64 * MIB,
    min: MIB,
    max: 1024 * MIB,
    desc: "What may wait for a slow disk; a follower leaves further proposals and catches up later",
  }),
  MEERKAT_SLOW_DISK_MS: integer({
    default: 1_000,
    min: 0,
    max: 600_000,
    desc: "A commit to disk that takes longer gets a line in the log (0: none does)",
  }),
  MEERKAT_REAPER_INTERVAL_MS: integer({
    default: 60_000,
    min: 100,
    max: 86_400_000,
    desc: "How often the leader looks for empty containers and expired TTL nodes",
  }),
};

export type ReplicaConfig = ReturnType<typeof readConfig<typeof REPLICA_SPECS>>;

/** The counter at which a leader opens a new epoch, with room for the batches still on their way. */
const COUNTER_MAX = 2 ** 32 - 2 ** 20;

/** @throws StartupError when variables contradict each other. */
export function peerConfigOf(config: ReplicaConfig): PeerConfig {
  const self = config.MEERKAT_SERVER_ID as ServerId;
  const voters = config.MEERKAT_SERVERS as readonly ServerId[];
  if (!voters.includes(self)) {
    throw new StartupError(
      `MEERKAT_SERVER_ID is ${self}, but MEERKAT_SERVERS names only ${voters.join(", ")}. ` +
        "Every replica is one of the servers of its ensemble.",
    );
  }
  return {
    self,
    voters,
    observer: false,
    initLimitTicks: config.MEERKAT_INIT_LIMIT_TICKS,
    syncLimitTicks: config.MEERKAT_SYNC_LIMIT_TICKS,
    // One beat may be lost and the next be late before anybody is given up.
    idleBeatTicks: Math.max(1, Math.floor(config.MEERKAT_SYNC_LIMIT_TICKS / 2)),
    lazyCommits: true,
    proposalsInFlightMax: config.MEERKAT_PROPOSALS_IN_FLIGHT_MAX,
    committedWindowBytesMax: config.MEERKAT_COMMITTED_WINDOW_BYTES,
    syncChunkBytesMax: config.MEERKAT_SYNC_CHUNK_BYTES,
    counterMax: COUNTER_MAX,
  };
}

/** Header of a batch around its only transaction, and the trace contexts behind it. */
const BATCH_HEADER_BYTES = 64 + 64 * TRACES_PER_BATCH_MAX;

/** The largest payload of one proposal: a full batch, or one large transaction alone. */
export function proposalBytesMax(config: ReplicaConfig): number {
  const { MEERKAT_BATCH_BYTES_MAX: batch, MEERKAT_TXN_BYTES_MAX: txn } = config;
  return Math.max(batch, txn) + BATCH_HEADER_BYTES;
}

/** The same as the gateways have. */
export function treeOptionsOf(config: ReplicaConfig): Partial<DataTreeOptions> {
  const { acl, ...options } = treeSettings(config);
  return { ...options, aclPolicy: makeAclPolicy(acl) };
}

export function replicaLimitsOf(config: ReplicaConfig): ReplicaLimits {
  return {
    txnsMax: config.MEERKAT_BATCH_TXNS_MAX,
    gatherTxns: config.MEERKAT_GATHER_TXNS,
    gatherMs: config.MEERKAT_GATHER_MS,
    bytesMax: config.MEERKAT_BATCH_BYTES_MAX,
    txnBytesMax: config.MEERKAT_TXN_BYTES_MAX,
    tickTimeMs: config.MEERKAT_TICK_TIME_MS,
    reaperIntervalMs: config.MEERKAT_REAPER_INTERVAL_MS,
    queueBytesMax: config.MEERKAT_REQUEST_QUEUE_BYTES,
    diskQueueBytesMax: config.MEERKAT_DISK_QUEUE_BYTES,
  };
}

export function snapshotLimitsOf(config: ReplicaConfig): SnapshotLimits {
  return {
    txns: config.MEERKAT_SNAPSHOT_TXNS,
    logBytes: config.MEERKAT_SNAPSHOT_LOG_BYTES,
    chunkBytes: config.MEERKAT_SYNC_CHUNK_BYTES,
  };
}

export function storageOptionsOf(config: ReplicaConfig): StorageOptions {
  return {
    dataDir: config.MEERKAT_DATA_DIR,
    ensemble: config.MEERKAT_ENSEMBLE,
    serverId: config.MEERKAT_SERVER_ID,
    bytesMax: config.MEERKAT_DATA_BYTES_MAX,
    keepLogBytes: config.MEERKAT_LOG_KEEP_BYTES,
  };
}

/** The only place that reads the environment. */
export function environment(): Readonly<Record<string, string | undefined>> {
  return process.env;
}
