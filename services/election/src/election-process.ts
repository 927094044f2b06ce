import { BusUnavailable, connectNatsBus, Subjects } from "@meerkat/bus";
import {
  type Health,
  logNatsStatus,
  natsSettings,
  type RunningService,
  type ServiceContext,
  StartupError,
  startOperationsServer,
} from "@meerkat/service";
import { type BoundMetric, Histogram, MILLISECONDS } from "@meerkat/telemetry/metrics";
import { newIncarnation } from "@meerkat/transport";
import type { ServerId } from "@meerkat/zab";
import { electionTimes, electorTickMs } from "@meerkat/zab/election";
import packageJson from "../package.json" with { type: "json" };
import type { ELECTION_SPECS } from "./config.ts";
import { Elector } from "./elector.ts";
import { bindMetrics } from "./metrics.ts";

type Context = ServiceContext<typeof ELECTION_SPECS>;

/** Hosts one elector for each id of MEERKAT_SERVER_ID. @throws StartupError */
export async function startElection(context: Context): Promise<RunningService> {
  const { config, logger } = context;
  const ids = config.MEERKAT_SERVER_ID as readonly ServerId[];
  const voters = config.MEERKAT_SERVERS as readonly ServerId[];
  const stranger = ids.find((id) => !voters.includes(id));
  if (stranger !== undefined) {
    throw new StartupError(
      `MEERKAT_SERVER_ID names ${stranger}, which is not among MEERKAT_SERVERS (${voters.join(",")}).`,
    );
  }
  const electors = await Promise.all(ids.map((id) => startElector(context, id, voters)));
  const operations = await startOperationsServer(config, {
    health: () => healthOf(electors),
    metrics: () => metricsOf(electors),
  });
  logger.info(`Elects for ${ids.join(", ")} among servers ${voters.join(", ")}`);
  return {
    stop: async () => {
      operations?.close();
      await Promise.all(electors.map((elector) => elector.stop()));
    },
  };
}

/** Every elector has a connection of its own: a connection does not hear itself. */
async function startElector(
  { config, logger }: Context,
  self: ServerId,
  voters: readonly ServerId[],
): Promise<Elector> {
  const bus = await connect(config, `election-${self}`, logger);
  const subjects = new Subjects({
    root: config.MEERKAT_SUBJECT_ROOT,
    ensemble: config.MEERKAT_ENSEMBLE,
  });
  return new Elector({
    bus,
    subjects,
    election: { self, voters, ...electionTimes(config.MEERKAT_SYNC_LIMIT_TICKS) },
    tickMs: electorTickMs(config.MEERKAT_TICK_TIME_MS),
    incarnation: newIncarnation(Date.now()),
    logger,
  });
}

async function connect(config: Context["config"], name: string, logger: Context["logger"]) {
  try {
    return await connectNatsBus({
      ...natsSettings(config),
      name,
      onStatus: (status) => logNatsStatus(logger, status),
    });
  } catch (cause) {
    if (cause instanceof BusUnavailable) throw new StartupError(cause.message, { cause });
    throw cause;
  }
}

function healthOf(electors: readonly Elector[]): Health {
  return {
    ok: electors.every((elector) => elector.connected),
    detail: electors
      .map(({ connected, status }) => (connected ? status : "Not connected to NATS."))
      .join(" "),
  };
}

/** Electors of one process share its event loop: the delay of one is that of all. */
function metricsOf(electors: readonly Elector[]): readonly BoundMetric[] {
  const tickDelayMs = electors[0]?.tickDelayMs ?? new Histogram(MILLISECONDS);
  const nats = electors.map((elector) => elector.nats);
  const { version } = packageJson;
  return bindMetrics(electors, { version, nats, spans: undefined, tickDelayMs });
}
