import type { NatsBus, Subjects } from "@meerkat/bus";
import { integer, StartupError, watchDataBytesMax } from "@meerkat/service";
import {
  type DisclosureRule,
  InvalidDisclosure,
  parseDisclosureRules,
  WatchSubjects,
} from "@meerkat/watch-events";
import type { History } from "./history.ts";
import { DEFAULT_WATCH_LIMITS, type WatchLimits } from "./limits.ts";
import { StreamHistory } from "./stream-history.ts";

const KIB = 1024;
const GIB = 1024 ** 3;
const HOUR_MS = 3_600_000;

/** The variables of the event streams. */
export const WATCH_SPECS = {
  MEERKAT_WATCH_SUBSCRIBERS_MAX: integer({
    default: DEFAULT_WATCH_LIMITS.subscribersMax,
    min: 0,
    max: 1_000_000,
    desc: "Event streams (GET /v1/watch) open at one time; then 503",
  }),
  MEERKAT_WATCH_HEARTBEAT_MS: integer({
    default: DEFAULT_WATCH_LIMITS.heartbeatMs,
    min: 100,
    max: HOUR_MS,
    desc: "How often an event stream says that it is alive, and how far it is",
  }),
  MEERKAT_WATCH_RECENT_CHANGES_MAX: integer({
    default: DEFAULT_WATCH_LIMITS.recentChangesMax,
    min: 16,
    max: 2 ** 24,
    desc: "Changes in memory for event streams that come back or are slow; a power of two, or the next",
  }),
  MEERKAT_WATCH_RECENT_BYTES_MAX: integer({
    default: DEFAULT_WATCH_LIMITS.recentBytesMax,
    min: KIB,
    max: 4 * GIB,
    desc: "Paths and data of those changes, and the events made of them",
  }),
  MEERKAT_WATCH_UNSENT_BYTES_MAX: integer({
    default: DEFAULT_WATCH_LIMITS.unsentBytesMax,
    min: KIB,
    max: 4 * GIB,
    desc: "Events that clients have not taken yet, of all streams; beyond it the slow ones are ended",
  }),
};

type WatchConfig = Readonly<
  Record<keyof typeof WATCH_SPECS, number> & {
    MEERKAT_WATCH_EVENTS: boolean;
    MEERKAT_WATCH_DATA: string;
    MEERKAT_WATCH_DISCLOSURE: string;
  }
>;

/** The limits as the environment has them. */
export function watchLimits(config: WatchConfig): WatchLimits {
  return {
    ...DEFAULT_WATCH_LIMITS,
    subscribersMax: config.MEERKAT_WATCH_SUBSCRIBERS_MAX,
    heartbeatMs: config.MEERKAT_WATCH_HEARTBEAT_MS,
    recentChangesMax: config.MEERKAT_WATCH_RECENT_CHANGES_MAX,
    recentBytesMax: config.MEERKAT_WATCH_RECENT_BYTES_MAX,
    dataBytesMax: watchDataBytesMax(config),
    unsentBytesMax: config.MEERKAT_WATCH_UNSENT_BYTES_MAX,
  };
}

/**
 * Older changes as JetStream keeps them; undefined where nothing is published.
 * @throws StartupError when a variable cannot be read
 */
export function watchHistory(
  config: WatchConfig,
  bus: NatsBus,
  subjects: Subjects,
): History | undefined {
  if (!config.MEERKAT_WATCH_EVENTS) return undefined;
  const watchSubjects = new WatchSubjects(subjects.prefix);
  return new StreamHistory({
    openReader: () => bus.streamReader(watchSubjects.streamName),
    subjects: watchSubjects,
    rules: disclosureRules(config.MEERKAT_WATCH_DISCLOSURE),
  });
}

function disclosureRules(text: string): readonly DisclosureRule[] {
  try {
    return parseDisclosureRules(text);
  } catch (error) {
    if (!(error instanceof InvalidDisclosure)) throw error;
    throw new StartupError(`MEERKAT_WATCH_DISCLOSURE: ${error.message}`, { cause: error });
  }
}
