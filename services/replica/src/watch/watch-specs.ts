import { EVENT_SPECS, integer, StartupError } from "@meerkat/service";
import { DisclosurePolicy, InvalidDisclosure, parseDisclosureRules } from "@meerkat/watch-events";

const MIB = 1024 * 1024;
const DAY_MS = 86_400_000;

/** How and what replicas tell subscribers of watch events: the same on all replicas of an ensemble. */
export const WATCH_SPECS = {
  ...EVENT_SPECS,
  MEERKAT_WATCH_STREAM_AGE_MS: integer({
    default: 7 * DAY_MS,
    min: 1_000,
    max: 3_650 * DAY_MS,
    desc: "How long JetStream keeps an event",
  }),
  MEERKAT_WATCH_STREAM_BYTES: integer({
    default: 1024 * MIB,
    min: MIB,
    max: Number.MAX_SAFE_INTEGER,
    desc: "… how many bytes of events it keeps",
  }),
  MEERKAT_WATCH_STREAM_EVENTS: integer({
    default: 10_000_000,
    min: 1,
    max: Number.MAX_SAFE_INTEGER,
    desc: "… and how many events; whatever is met first, the oldest goes",
  }),
  MEERKAT_WATCH_STREAM_REPLICAS: integer({
    default: 1,
    min: 1,
    max: 5,
    desc: "On how many NATS servers of a cluster JetStream keeps the events: 3 outlives the loss of one",
  }),
  MEERKAT_WATCH_RECENT_CHANGES: integer({
    default: 4_096,
    min: 1,
    max: 10_000_000,
    desc: "Recent changes in the memory of each replica, up to the next power of two; older ones are read from the log",
  }),
  MEERKAT_WATCH_RECENT_BYTES: integer({
    default: 4 * MIB,
    min: 64 * 1024,
    max: 1024 * MIB,
    desc: "… and the bytes of their paths and data",
  }),
};

/** @throws StartupError that names the rule which cannot be read */
export function disclosurePolicyOf({
  MEERKAT_WATCH_DISCLOSURE: rules,
}: {
  readonly MEERKAT_WATCH_DISCLOSURE: string;
}) {
  try {
    return new DisclosurePolicy(parseDisclosureRules(rules));
  } catch (error) {
    if (!(error instanceof InvalidDisclosure)) throw error;
    throw new StartupError(`MEERKAT_WATCH_DISCLOSURE: ${error.message}`, { cause: error });
  }
}
