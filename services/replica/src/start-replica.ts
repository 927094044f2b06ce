import {
  type Bus,
  BusUnavailable,
  connectNatsBus,
  MaxPayloadTooSmall,
  requireMaxPayload,
  Subjects,
} from "@meerkat/bus";
import {
  type Health,
  natsSettings,
  type RunningService,
  type ServiceContext,
  StartupError,
  startHealthServer,
  tracingSettings,
} from "@meerkat/service";
import { type Logger, type ServiceIdentity, startTracing, type Tracer } from "@meerkat/telemetry";
import { ElectorLink, requiredMaxPayloadBytes, ZabTransport } from "@meerkat/transport";
import { Peer, type PeerConfig, type PeerStatus } from "@meerkat/zab";
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
import { StateDiverged } from "./pipeline/delivery.ts";
import { type Restored, restore } from "./pipeline/restore.ts";
import { SnapshotReceiver } from "./pipeline/snapshot-receiver.ts";
import { SnapshotTaker } from "./pipeline/snapshot-taker.ts";
import { Replica } from "./replica.ts";
import { Reporter } from "./server-report.ts";
import type { LoadedHistory } from "./storage/history.ts";
import { StorageClient, type StorageEvents } from "./storage/storage-client.ts";
import { StorageFailed, StorageRefused } from "./storage/storage-refused.ts";

type Context = ServiceContext<typeof REPLICA_SPECS>;

interface Opened {
  readonly storage: StorageClient;
  readonly loaded: LoadedHistory;
  readonly restored: Restored;
  readonly bus: Bus;
  readonly tracer: Tracer | undefined;
  readonly fatal: (error: unknown) => void;
}

/** Opens the data folder, makes the tree of it, joins the bus and begins. */
export async function startReplica(context: Context): Promise<RunningService> {
  const { config, logger } = context;
  const peerConfig = peerConfigOf(config);
  const fatal = (error: unknown) => context.fatal(explained(error));
  let replica: Replica | undefined;
  const storage = await openStorage(config, {
    onFailed: fatal,
    onPurged: (logStart) => replica?.onPurged(logStart),
    onDamaged: (message) => logger.error(message),
  });
  const loaded = await storage.load(config.MEERKAT_COMMITTED_WINDOW_BYTES);
  reportDamage(loaded, logger);
  const restored = await restore(storage, loaded.history, treeOptionsOf(config));
  const bus = await connectBus(config, logger);
  const tracing = await startTracing(tracingSettings(config), identityOf(config), logger);
  const tracer = tracing?.tracer;
  replica = assemble(context, peerConfig, { storage, loaded, restored, bus, tracer, fatal });
  replica.start();
  const health = await startHealth(config, () => replica?.status);
  return {
    stop: async () => {
      health?.close();
      replica?.stop();
      await bus.close();
      await storage.close();
      await tracing?.stop();
    },
  };
}

function assemble(context: Context, peerConfig: PeerConfig, opened: Opened): Replica {
  const { config, logger } = context;
  const { storage, loaded, restored, bus, tracer, fatal } = opened;
  const { history, incarnation } = loaded;
  const { delivery } = restored;
  const { self } = peerConfig;
  const subjects = new Subjects({
    root: config.MEERKAT_SUBJECT_ROOT,
    ensemble: config.MEERKAT_ENSEMBLE,
  });
  const onProblem = (sentence: string) => logger.warn(sentence);
  const address = healthAddressOf(config);
  return new Replica({
    self,
    peer: new Peer(peerConfig, incarnation, history),
    storage,
    delivery,
    snapshotTaker: new SnapshotTaker(
      { delivery, storage, logger },
      snapshotLimitsOf(config),
      restored,
    ),
    snapshotReceiver: new SnapshotReceiver(treeOptionsOf(config)),
    bus,
    subjects,
    transport: new ZabTransport({ bus, subjects, self, observer: false, onProblem }),
    elector: new ElectorLink({ bus, subjects, self, incarnation }),
    reporter: new Reporter(bus, subjects, { self, address, startedAtMs: Date.now() }),
    logger,
    tracer,
    limits: replicaLimitsOf(config),
    fatal,
  });
}

function identityOf(config: ReplicaConfig): ServiceIdentity {
  return {
    serviceName: config.OTEL_SERVICE_NAME || "meerkat-replica",
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

function reportDamage({ damage, history }: LoadedHistory, logger: Logger): void {
  for (const sentence of damage) logger.error(`Damage found in the data folder: ${sentence}`);
  if (damage.length > 0 && !history.hardState.voice) {
    logger.warn(
      "What was lost may have been acknowledged: this replica has no voice until the leader has " +
        "sent what is missing and admitted it again",
    );
  }
}

async function connectBus(config: ReplicaConfig, logger: Logger): Promise<Bus> {
  try {
    const bus = await connectNatsBus({
      ...natsSettings(config),
      name: `replica-${config.MEERKAT_SERVER_ID}`,
      onStatus: ({ type, message }) => logger[type === "error" ? "error" : "info"](message),
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

async function startHealth(config: ReplicaConfig, status: () => PeerStatus | undefined) {
  if (config.MEERKAT_HEALTH_PORT === 0) return undefined;
  const where = { host: config.MEERKAT_HEALTH_HOST, port: config.MEERKAT_HEALTH_PORT };
  return await startHealthServer(where, () => healthOf(status()));
}

function healthOf(status: PeerStatus | undefined): Health {
  if (status === undefined) return { ok: false, detail: "starting" };
  const { serverState, zabState, epoch, established, reason } = status;
  return { ok: established, detail: `${serverState} ${zabState} in epoch ${epoch}: ${reason}` };
}

function healthAddressOf(config: ReplicaConfig): string {
  if (config.MEERKAT_HEALTH_PORT === 0) return "";
  return `${config.MEERKAT_HEALTH_HOST}:${config.MEERKAT_HEALTH_PORT}`;
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
