import { pathProblem } from "@meerkat/tree";
import { compareEventIds, type EventId } from "@meerkat/watch-events";
import type { FastifyReply, FastifyRequest } from "fastify";
import { Unavailable } from "../../coordination.ts";
import { HistoryUnavailable } from "../../watch/history.ts";
import type { Subscription, WatchFeed } from "../../watch/watch-feed.ts";
import { eventPlace } from "../convert/event-place.ts";
import { formatHex } from "../convert/zxid-text.ts";
import type { Door } from "../door.ts";
import { badRequest, HttpProblem } from "../errors/problem.ts";
import { EventStream } from "../event-stream.ts";
import { ZXID_HEADER } from "../reply.ts";
import type { WatchQuery } from "../schemas/watch.ts";

const HISTORY_RETRY_MS = 2_000;

type WatchRequest = FastifyRequest<{ Querystring: WatchQuery }>;

const HEADERS = {
  "content-type": "text/event-stream; charset=utf-8",
  "cache-control": "no-store",
  // Or nginx would gather events before it passes them on.
  "x-accel-buffering": "no",
};

export function makeWatch({ coordination, watch, limits }: Door, onOpen: (open: number) => void) {
  const idleTimeoutMs = Math.max(limits.idleTimeoutMs, 2 * watch.limits.heartbeatMs);
  return async (request: WatchRequest, reply: FastifyReply): Promise<FastifyReply> => {
    const { client } = request;
    const subscription = subscriptionOf(request);
    const { after } = subscription;
    requireRoom(watch);
    const notBefore = Math.max(client.seen, after?.zxid ?? 0);
    const how = { session: client.session, consistency: "sequential", notBefore } as const;
    await coordination.read(how, () => undefined);
    requireRoom(watch);
    if (after !== undefined && !watch.covers(after)) await requireKept(watch, subscription, after);
    const { socket } = reply.raw;
    if (socket === null) throw notAlone();
    if (socket.destroyed) return reply.hijack();
    reply.hijack();
    const stream = new EventStream(reply.raw, socket);
    const position = after?.zxid ?? watch.position;
    stream.open({ ...HEADERS, [ZXID_HEADER]: formatHex(position) }, idleTimeoutMs);
    const leave = watch.subscribe(subscription, stream);
    onOpen(watch.subscriberCount);
    reply.raw.once("close", () => {
      leave();
      onOpen(watch.subscriberCount);
    });
    return reply;
  };
}

function subscriptionOf({ query, headers, client }: WatchRequest): Subscription {
  const { path, recursive = false, after, data = true } = query;
  const problem = pathProblem(path);
  if (problem !== undefined) {
    throw badRequest(`${JSON.stringify(path)} names no znode: ${problem}.`, "path");
  }
  const last = headers["last-event-id"];
  return {
    scope: { path, recursive },
    credentials: client.credentials,
    wantsData: data,
    after:
      last === undefined || last === ""
        ? placeOf(after)
        : eventPlace(String(last), "Last-Event-ID"),
  };
}

function placeOf(after: string | undefined): EventId | undefined {
  return after === undefined ? undefined : eventPlace(after, "after");
}

function requireRoom(watch: WatchFeed): void {
  if (!watch.isFull) return;
  throw new HttpProblem(
    503,
    "ConnectionLoss",
    `This gateway has ${watch.subscriberCount} event streams open and takes no more (limit ` +
      "MEERKAT_WATCH_SUBSCRIBERS_MAX). Try another gateway, or again later.",
    { headers: { "retry-after": "5" } },
  );
}

async function requireKept(
  watch: WatchFeed,
  { scope }: Subscription,
  after: EventId,
): Promise<void> {
  try {
    const floor = await watch.floorOf(scope);
    if (compareEventIds(after, floor) < 0) throw gone(floor, after);
  } catch (error) {
    if (!(error instanceof HistoryUnavailable)) throw error;
    throw new Unavailable(`Older changes cannot be read now: ${error.message}.`, {
      retryAfterMs: HISTORY_RETRY_MS,
      ambiguous: false,
    });
  }
}

function gone(floor: EventId, after: EventId): HttpProblem {
  const oldestZxid = formatHex(floor.zxid);
  return new HttpProblem(
    410,
    "Gone",
    `What happened behind ${formatHex(after.zxid)} is not kept that far back: the oldest zxid to go on from is ` +
      `${oldestZxid}. Read the znodes anew, and watch from the Meerkat-Zxid of that answer.`,
    { members: { oldestZxid } },
  );
}

/** A stream would stay in front of everything else on its connection for ever. */
function notAlone(): HttpProblem {
  return badRequest(
    "A watch cannot be pipelined behind another request: use a connection of its own.",
  );
}
