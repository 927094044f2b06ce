import {
  type Bus,
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
  type RunningService,
  type ServiceContext,
  StartupError,
  tracingSettings,
  treeSettings,
} from "@meerkat/service";
import { type ServiceIdentity, startTracing, type Tracer } from "@meerkat/telemetry";
import { MetricsPage } from "@meerkat/telemetry/metrics";
import { REQUEST_BATCH_OVERHEAD_BYTES } from "@meerkat/transport";
import { type DataTreeOptions, makeAclPolicy } from "@meerkat/tree";
import type { Incarnation, PeerConfig, ServerId } from "@meerkat/zab";
import packageJson from "../package.json" with { type: "json" };
import type { GATEWAY_SPECS } from "./config.ts";
import { httpOptions } from "./http/http-specs.ts";
import { HttpTraffic } from "./http/http-traffic.ts";
import { DEFAULT_SESSION_TIMEOUTS } from "./http/options.ts";
import { createHttpServer } from "./http/server.ts";
import { bindMetrics } from "./metrics.ts";
import { DEFAULT_LIMITS, type ObserverLimits } from "./observer/limits.ts";
import { ObserverHost } from "./observer/observer-host.ts";
import { WatchFeed } from "./watch/watch-feed.ts";
import { watchHistory, watchLimits } from "./watch/watch-specs.ts";
import { WireDoor } from "./wire/wire-door.ts";
import { wireLimits, wireTls, wireWords } from "./wire/wire-specs.ts";

type GatewayContext = ServiceContext<typeof GATEWAY_SPECS>;
type GatewayConfig = GatewayContext["config"];
type Logger = GatewayContext["logger"];
type Door = { close(): Promise<unknown> };
type HttpServer = Awaited<ReturnType<typeof createHttpServer>>;

/** Gateway n is server 1000 + n, so that it never meets the id of a voter. */
const GATEWAY_IDS_FROM = 1_000;
const INCARNATIONS_PER_MS = 1_000;
/** Proposals multicast while this gateway synchronizes are kept up to this size. */
const PROPOSAL_BUFFER_BYTES_MAX = 8 * 1024 * 1024;
/** For requests under way when the gateway is told to stop. */
const STOP_WAIT_MS = 5_000;

/** Connects, observes, opens the doors. @throws StartupError */
export async function startGateway({ config, logger }: GatewayContext): Promise<RunningService> {
  const startedAtMs = Date.now();
  const id = config.MEERKAT_GATEWAY_ID;
  const name = `gateway-${id}`;
  const limits = observerLimits(config);
  const bus = await connect(config, name, logger);
  requireRoom(bus, limits);
  const subjects = new Subjects({
    root: config.MEERKAT_SUBJECT_ROOT,
    ensemble: config.MEERKAT_ENSEMBLE,
  });
  const history = watchHistory(config, bus, subjects);
  let address = "";
  const host = new ObserverHost({
    bus,
    subjects,
    config: peerConfig(config),
    incarnation: newIncarnation(startedAtMs),
    limits,
    tree: treeOptions(config),
    tickTimeMs: config.MEERKAT_TICK_TIME_MS,
    startedAtMs,
    name,
    address: () => address,
    log: logger,
  });
  const watch = new WatchFeed({
    limits: watchLimits(config),
    tree: () => host.observer.tree,
    ...(history !== undefined && { history }),
  });
  host.observer.follow(watch);
  const tracing = await startTracing(tracingSettings(config), identityOf(config, name), logger);
  const tracer = tracing?.tracer;
  const traffic = new HttpTraffic();
  const wire = makeWireDoor(host, config, logger, tracer);
  const page = new MetricsPage(() => {
    const { version } = packageJson;
    const { tickDelayMs } = host;
    const shared = { version, nats: [bus], spans: tracing?.counters, tickDelayMs };
    return bindMetrics({ wire, host, traffic, watch, shared });
  });
  const http = await createHttpServer(host.observer, {
    watch,
    host: { id: GATEWAY_IDS_FROM + id, name, version: packageJson.version },
    logger,
    tracer,
    metrics: { page, traffic },
    ...httpOptions(config),
  });
  address = await listen(http, config);
  await openWireDoor(wire, config, logger);
  return {
    stop: async () => {
      await stop(host, [http, wire], bus);
      await tracing?.stop();
    },
  };
}

function identityOf(config: GatewayConfig, instance: string): ServiceIdentity {
  return {
    serviceName: "meerkat-gateway",
    instance,
    namespace: config.MEERKAT_ENSEMBLE,
    version: packageJson.version,
  };
}

/** Its ports are not open yet. @throws StartupError */
function makeWireDoor(
  host: ObserverHost,
  config: GatewayConfig,
  log: Logger,
  tracer: Tracer | undefined,
): WireDoor {
  const { sessionTimeouts, superDigest } = httpOptions(config);
  try {
    return new WireDoor(host.observer, {
      host: config.MEERKAT_ZOOKEEPER_HOST,
      port: config.MEERKAT_ZOOKEEPER_PORT,
      backlog: config.MEERKAT_ZOOKEEPER_BACKLOG,
      tls: wireTls(config),
      limits: wireLimits(config),
      sessionTimeouts: { ...DEFAULT_SESSION_TIMEOUTS, ...sessionTimeouts },
      superDigest,
      words: wireWords(config.MEERKAT_ZOOKEEPER_WORDS),
      serverId: GATEWAY_IDS_FROM + config.MEERKAT_GATEWAY_ID,
      voters: config.MEERKAT_SERVERS,
      version: packageJson.version,
      tickTimeMs: config.MEERKAT_TICK_TIME_MS,
      log,
      tracer,
    });
  } catch (error) {
    throw cannotServeWire(config, error);
  }
}

async function openWireDoor(wire: WireDoor, config: GatewayConfig, log: Logger): Promise<void> {
  const { MEERKAT_ZOOKEEPER_HOST: address } = config;
  try {
    const ports = await wire.listen();
    const secure = ports.secure < 0 ? "" : `, with TLS on port ${ports.secure}`;
    log.info(ports, `Serving ZooKeeper's protocol at ${address}:${ports.plain}${secure}`);
  } catch (error) {
    throw cannotServeWire(config, error);
  }
}

function cannotServeWire(config: GatewayConfig, error: unknown): StartupError {
  const { MEERKAT_ZOOKEEPER_HOST: address, MEERKAT_ZOOKEEPER_PORT: port } = config;
  const cause = error instanceof Error ? error.message : String(error);
  return new StartupError(
    `Cannot serve ZooKeeper's protocol on ${address}:${port}: ${cause}. ` +
      "Set the MEERKAT_ZOOKEEPER_ variables to ports that are free and files that can be read.",
  );
}

async function connect(config: GatewayConfig, name: string, logger: Logger): Promise<NatsBus> {
  try {
    return await connectNatsBus({
      ...natsSettings(config),
      name,
      onStatus: (status) => logNatsStatus(logger, status),
    });
  } catch (error) {
    if (error instanceof BusUnavailable) throw new StartupError(error.message);
    throw error;
  }
}

/** A message to the leader holds one batch that may overshoot by one request. */
function requireRoom(bus: Bus, limits: ObserverLimits): void {
  const { batchBytesMax, requestBytesMax } = limits;
  try {
    requireMaxPayload(bus, batchBytesMax + requestBytesMax + REQUEST_BATCH_OVERHEAD_BYTES);
  } catch (error) {
    if (error instanceof MaxPayloadTooSmall) throw new StartupError(error.message);
    throw error;
  }
}

async function listen(http: HttpServer, config: GatewayConfig): Promise<string> {
  const { MEERKAT_HTTP_HOST: host, MEERKAT_HTTP_PORT: port } = config;
  try {
    const listenTextResolver = (address: string) => `Serving HTTP at ${address}`;
    return await http.listen({ host, port, listenTextResolver });
  } catch (error) {
    const cause = error instanceof Error ? error.message : String(error);
    throw new StartupError(
      `Cannot serve HTTP on ${host}:${port}: ${cause}. ` +
        "Set MEERKAT_HTTP_HOST or MEERKAT_HTTP_PORT to an address that is free.",
    );
  }
}

/** No new requests, time for those under way, then silence. */
async function stop(host: ObserverHost, doors: readonly Door[], bus: Bus): Promise<void> {
  host.observer.beginStop();
  const closed = Promise.all(doors.map((door) => door.close()));
  await Promise.race([closed, new Promise((done) => setTimeout(done, STOP_WAIT_MS).unref())]);
  host.stop();
  await closed;
  await bus.close();
}

function peerConfig(config: GatewayConfig): PeerConfig {
  return {
    self: (GATEWAY_IDS_FROM + config.MEERKAT_GATEWAY_ID) as ServerId,
    voters: config.MEERKAT_SERVERS.map((id) => id as ServerId),
    observer: true,
    initLimitTicks: config.MEERKAT_INIT_LIMIT_TICKS,
    syncLimitTicks: config.MEERKAT_SYNC_LIMIT_TICKS,
    idleBeatTicks: 1,
    lazyCommits: false,
    committedWindowBytesMax: PROPOSAL_BUFFER_BYTES_MAX,
    // An observer never leads: it neither proposes, nor serves a history, nor opens an epoch.
    proposalsInFlightMax: 1,
    syncChunkBytesMax: 0,
    counterMax: 1,
  };
}

/** The same as the replicas have. */
function treeOptions(config: GatewayConfig): Partial<DataTreeOptions> {
  const { acl, ...options } = treeSettings(config);
  return { ...options, aclPolicy: makeAclPolicy(acl) };
}

function observerLimits(config: GatewayConfig): ObserverLimits {
  return {
    ...DEFAULT_LIMITS,
    outstandingCountMax: config.MEERKAT_OUTSTANDING_REQUESTS_MAX,
    outstandingBytesMax: config.MEERKAT_OUTSTANDING_BYTES_MAX,
    waitingCountMax: config.MEERKAT_WAITING_REQUESTS_MAX,
    waitingBytesMax: config.MEERKAT_WAITING_BYTES_MAX,
    requestBytesMax: config.MEERKAT_REQUEST_BYTES_MAX,
    requestTimeoutMs: config.MEERKAT_REQUEST_TIMEOUT_MS,
    slowRequestMs: config.MEERKAT_SLOW_REQUEST_MS,
    fullWaitMs: config.MEERKAT_FULL_WAIT_MS,
    noQuorumTicks: Math.ceil(config.MEERKAT_NO_QUORUM_MS / config.MEERKAT_TICK_TIME_MS),
  };
}

/** Larger at each start, and never used twice: two starts are further apart than a millisecond. */
function newIncarnation(startedAtMs: number): Incarnation {
  const draw = Math.floor(Math.random() * INCARNATIONS_PER_MS);
  return (startedAtMs * INCARNATIONS_PER_MS + draw) as Incarnation;
}
