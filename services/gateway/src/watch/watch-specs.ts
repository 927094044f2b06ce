import { integer } from "@meerkat/service";
import { DEFAULT_WATCH_LIMITS, type WatchLimits } from "./limits.ts";

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
  MEERKAT_WATCH_DATA_BYTES_MAX: integer({
    default: DEFAULT_WATCH_LIMITS.dataBytesMax,
    min: 0,
    max: GIB,
    desc: "Larger data are left out of events",
  }),
  MEERKAT_WATCH_UNSENT_BYTES_MAX: integer({
    default: DEFAULT_WATCH_LIMITS.unsentBytesMax,
    min: KIB,
    max: 4 * GIB,
    desc: "Events that clients have not taken yet, of all streams; beyond it the slow ones are ended",
  }),
};

/** The limits as the environment has them. */
export function watchLimits(
  config: Readonly<Record<keyof typeof WATCH_SPECS, number>>,
): WatchLimits {
  return {
    ...DEFAULT_WATCH_LIMITS,
    subscribersMax: config.MEERKAT_WATCH_SUBSCRIBERS_MAX,
    heartbeatMs: config.MEERKAT_WATCH_HEARTBEAT_MS,
    recentChangesMax: config.MEERKAT_WATCH_RECENT_CHANGES_MAX,
    recentBytesMax: config.MEERKAT_WATCH_RECENT_BYTES_MAX,
    dataBytesMax: config.MEERKAT_WATCH_DATA_BYTES_MAX,
    unsentBytesMax: config.MEERKAT_WATCH_UNSENT_BYTES_MAX,
  };
}
