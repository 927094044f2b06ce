import type { NatsBus, Subjects } from "@meerkat/bus";
import { watchDataBytesMax } from "@meerkat/service";
import type { Logger, Tracer } from "@meerkat/telemetry";
import { DEFAULT_ACL_POLICY, isAllowed, Perms } from "@meerkat/tree";
import { WatchSubjects } from "@meerkat/watch-events";
import { type ReplicaConfig, treeOptionsOf } from "../config.ts";
import type { Delivery } from "../pipeline/delivery.ts";
import { PublishTraces } from "../tracing/publish-traces.ts";
import { EventMessages } from "./event-messages.ts";
import type { LogReader } from "./log-cursor.ts";
import type { IsWorldReadable } from "./published-change.ts";
import { RecentChanges } from "./recent-changes.ts";
import { WatchPublisher } from "./watch-publisher.ts";
import { disclosurePolicyOf } from "./watch-specs.ts";

export interface WatchSurroundings {
  readonly bus: NatsBus;
  readonly subjects: Subjects;
  readonly log: LogReader;
  readonly delivery: Delivery;
  readonly logger: Logger;
  readonly tracer: Tracer | undefined;
}

/** The memory of recent changes; undefined when watch events are off. */
export function makeRecentChanges(config: ReplicaConfig): RecentChanges | undefined {
  if (!config.MEERKAT_WATCH_EVENTS) return undefined;
  const options = {
    changesMax: config.MEERKAT_WATCH_RECENT_CHANGES,
    bytesMax: config.MEERKAT_WATCH_RECENT_BYTES,
    dataBytesMax: watchDataBytesMax(config),
  };
  return new RecentChanges(options, worldReadable(config));
}

/**
 * Undefined when watch events are off.
 * @throws StartupError when a variable cannot be read
 */
export function makeWatchPublisher(
  config: ReplicaConfig,
  { bus, subjects, tracer, ...surroundings }: WatchSurroundings,
): WatchPublisher | undefined {
  const { recent } = surroundings.delivery;
  if (recent === undefined) return undefined;
  const watchSubjects = new WatchSubjects(subjects.prefix);
  const stream = {
    name: watchSubjects.streamName,
    subjects: [watchSubjects.all],
    ageMsMax: config.MEERKAT_WATCH_STREAM_AGE_MS,
    bytesMax: config.MEERKAT_WATCH_STREAM_BYTES,
    messagesMax: config.MEERKAT_WATCH_STREAM_EVENTS,
    replicas: config.MEERKAT_WATCH_STREAM_REPLICAS,
  };
  return new WatchPublisher({
    ...surroundings,
    recent,
    isReadable: worldReadable(config),
    messages: new EventMessages({
      subjects: watchSubjects,
      policy: disclosurePolicyOf(config),
      dataBytesMax: watchDataBytesMax(config),
      messageBytesMax: () => bus.maxPayloadBytes,
      traces: tracer && new PublishTraces(tracer),
    }),
    openStream: () => bus.orderedStream(stream),
    ageMsMax: stream.ageMsMax,
  });
}

function worldReadable(config: ReplicaConfig): IsWorldReadable {
  const { aclPolicy = DEFAULT_ACL_POLICY } = treeOptionsOf(config);
  return (acl) => isAllowed(acl, Perms.READ, [], aclPolicy);
}
