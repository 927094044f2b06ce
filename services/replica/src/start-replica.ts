import {
  BusUnavailable,
  connectNatsBus,
  MaxPayloadTooSmall,
  type NatsBus,
  requireMaxPayload,
  Subjects,
} from "@meerkat/bus";
import {
  logNatsStatus,
  natsSettings,
  operationsAddressOf,
  type RunningService,
  type ServiceContext,
  StartupError,
  startOperationsServer,
  tracingSettings,
} from "@meerkat/service";
import {
  type Logger,
  type ServiceIdentity,
  type SpanCounters,
  startTracing,
  type Tracer,
} from "@meerkat/telemetry";
import { type BoundMetric, Histogram, MILLISECONDS } from "@meerkat/telemetry/metrics";
import { ElectorLink, requiredMaxPayloadBytes, ZabTransport } from "@meerkat/transport";
import { formatZxid, Peer, type PeerConfig } from "@meerkat/zab";
import packageJson from "../package.json" with { type: "json" };
import {
  peerConfigOf,
  proposalBytesMax,
  type REPLICA_SPECS,
  type ReplicaConfig,
  replicaLimitsOf,
  snapshotLimitsOf,
  storageOptionsOf,
  treeOptionsOf,
} from "./config.ts";
import { healthOf } from "./health.ts";
import { bindMetrics } from "./metrics/index.ts";
import { StateDiverged } from "./pipeline/delivery.ts";
import { type Restored, restore } from "./pipeline/restore.ts";
import { SnapshotReceiver } from "./pipeline/snapshot-receiver.ts";
import { SnapshotTaker } from "./pipeline/snapshot-taker.ts";
import { Replica } from "./replica.ts";
import { Reporter } from "./server-report.ts";
import type { LoadedHistory } from "./storage/history.ts";
import { SlowCommits } from "./storage/slow-commits.ts";
import { StorageClient, type StorageEvents } from "./storage/storage-client.ts";
import { StorageFailed, StorageRefused } from "./storage/storage-refused.ts";
import { makeRecentChanges, makeWatchPublisher } from "./watch/start-watch.ts";
import type { WatchPublisher } from "./watch/watch-publisher.ts";

type Context = ServiceContext<typeof REPLICA_SPECS>;

interface Opened {
  readonly storage: StorageClient;
  readonly loaded: LoadedHistory;
  readonly restored: Restored;
  readonly restoreMs: Histogram;
  readonly bus: NatsBus;
  readonly tracer: Tracer | undefined;
  readonly spans: SpanCounters | undefined;
  readonly fatal: (error: unknown) => void;
}

interface Assembled {
  readonly replica: Replica;
  /** Undefined where watch events are off. */
  readonly watch: WatchPublisher | undefined;
  /** Everything that /metrics tells. */
  metrics(): readonly BoundMetric[];
}

/** Opens the data folder, makes the tree of it, joins the bus and begins. */
export async function startReplica(context: Context): Promise<RunningService> {
  const { config, logger } = context;
  const peerConfig = peerConfigOf(config);
  const fatal = (error: unknown) => context.fatal(explained(error));
  const beganMs = performance.now();
  const slow = new SlowCommits(config.MEERKAT_SLOW_DISK_MS, logger);
  let replica: Replica | undefined;
  const storage = await openStorage(config, {
    onFailed: fatal,
    onPurged: (logStart) => replica?.onPurged(logStart),
    onDamaged: (message) => logger.error(message),
    onCommitted: (tookMs) => slow.onCommitted(tookMs, performance.now()),
  });
  const loaded = await storage.load(config.MEERKAT_COMMITTED_WINDOW_BYTES);
  reportDamage(loaded, logger);
  const recent = makeRecentChanges(config);
  const restored = await restore(storage, loaded.history, treeOptionsOf(config), recent);
  const restoreMs = new Histogram(MILLISECONDS);
  restoreMs.add(performance.now() - beganMs);
  reportHistory(loaded, restored, restoreMs.sum, logger);
  const bus = await connectBus(config, logger, () => replica?.reconnected());
  if (config.MEERKAT_WATCH_EVENTS) await bus.loadStreams();
  const tracing = await startTracing(tracingSettings(config), identityOf(config), logger);
  const { tracer, counters: spans } = tracing ?? {};
  const opened = { storage, loaded, restored, restoreMs, bus, tracer, spans, fatal };
  const assembled = assemble(context, peerConfig, opened);
  replica = assembled.replica;
  replica.start();
  const operations = await startOperationsServer(config, {
    health: () => healthOf(replica?.status, assembled.watch?.status),
    metrics: () => assembled.metrics(),
  });
  return {
    stop: async () => {
      operations?.close();
      replica?.stop();
      await bus.close();
      await storage.close();
      await tracing?.stop();
    },
  };
}

function assemble(context: Context, peerConfig: PeerConfig, opened: Opened): Assembled {
  const { config, logger } = context;
  const { storage, loaded, restored, restoreMs, bus, tracer, spans, fatal } = opened;
  const { history, incarnation } = loaded;
  const { delivery } = restored;
  const { self } = peerConfig;
  const subjects = new Subjects({
    root: config.MEERKAT_SUBJECT_ROOT,
    ensemble: config.MEERKAT_ENSEMBLE,
  });
  const onProblem = (sentence: string) => logger.warn(sentence);
  const address = operationsAddressOf(config);
  const peer = new Peer(peerConfig, incarnation, history);
  const snapshotTaker = new SnapshotTaker(
    { delivery, storage, logger },
    snapshotLimitsOf(config),
    restored,
  );
  const watch = makeWatchPublisher(config, {
    bus,
    subjects,
    log: storage,
    delivery,
    logger,
    tracer,
  });
  const replica = new Replica({
    self,
    peer,
    storage,
    delivery,
    snapshotTaker,
    snapshotReceiver: new SnapshotReceiver(treeOptionsOf(config)),
    bus,
    subjects,
    transport: new ZabTransport({ bus, subjects, self, observer: false, onProblem }),
    elector: new ElectorLink({ bus, subjects, self, incarnation }),
    watch,
    reporter: new Reporter(bus, subjects, { self, address, startedAtMs: Date.now() }),
    logger,
    tracer,
    limits: replicaLimitsOf(config),
    fatal,
  });
  const voters = peerConfig.voters.length;
  const dataDir = config.MEERKAT_DATA_DIR;
  const { version } = packageJson;
  const { tickDelayMs } = replica;
  const shared = { version, nats: [bus], spans, tickDelayMs };
  const facts = { replica, peer, delivery, storage, snapshotTaker, restoreMs, voters, dataDir };
  return { replica, watch, metrics: () => bindMetrics({ ...facts, watch, shared }) };
}

function identityOf(config: ReplicaConfig): ServiceIdentity {
  return {
    serviceName: "meerkat-replica",
    instance: `replica-${config.MEERKAT_SERVER_ID}`,
    namespace: config.MEERKAT_ENSEMBLE,
    version: packageJson.version,
  };
}

async function openStorage(config: ReplicaConfig, events: StorageEvents): Promise<StorageClient> {
  try {
    return await StorageClient.open(storageOptionsOf(config), events);
  } catch (error) {
    throw explained(error);
  }
}

function reportHistory(
  { history }: LoadedHistory,
  { delivery, txns }: Restored,
  tookMs: number,
  logger: Logger,
): void {
  const { hardState, snapshotZxid, proposals, committed } = history;
  const end = proposals.at(-1)?.last ?? committed;
  const voice = hardState.voice ? "" : "; this data folder has no voice yet";
  logger.info(
    {
      lastZxid: formatZxid(end),
      committed: formatZxid(delivery.applied),
      currentEpoch: hardState.currentEpoch,
      snapshot: formatZxid(snapshotZxid),
      replayedTxns: txns,
      znodes: delivery.tree.znodeCount,
      tookMs: Math.round(tookMs),
    },
    `Read the data folder in ${Math.round(tookMs)} ms: the history ends at ${formatZxid(end)}${voice}`,
  );
}

function reportDamage({ damage, history }: LoadedHistory, logger: Logger): void {
  for (const sentence of damage) logger.error(`Damage found in the data folder: ${sentence}`);
  if (damage.length > 0 && !history.hardState.voice) {
    logger.warn(
      "What was lost may have been acknowledged: this replica has no voice until the leader has " +
        "sent what is missing and admitted it again",
    );
  }
}

async function connectBus(
  config: ReplicaConfig,
  logger: Logger,
  onReconnected: () => void,
): Promise<NatsBus> {
  try {
    const bus = await connectNatsBus({
      ...natsSettings(config),
      name: `replica-${config.MEERKAT_SERVER_ID}`,
      onStatus: (status) => {
        logNatsStatus(logger, status);
        if (status.type === "reconnected") onReconnected();
      },
    });
    const bounds = {
      proposalBytesMax: proposalBytesMax(config),
      syncChunkBytesMax: config.MEERKAT_SYNC_CHUNK_BYTES,
    };
    requireMaxPayload(bus, requiredMaxPayloadBytes(bounds));
    return bus;
  } catch (error) {
    throw explained(error);
  }
}

/** Errors whose message is the whole story are shown without a stack. */
function explained(error: unknown): Error {
  const isExplained =
    error instanceof StorageRefused ||
    error instanceof StorageFailed ||
    error instanceof StateDiverged ||
    error instanceof BusUnavailable ||
    error instanceof MaxPayloadTooSmall;
  if (isExplained) return new StartupError(error.message, { cause: error });
  return error instanceof Error ? error : new Error(String(error));
}
