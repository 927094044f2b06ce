import type { FastifyReply, FastifyRequest } from "fastify";
import { HttpProblem } from "./errors/problem.ts";

/** Bodies below this do not count: their sum is bounded by the number of connections. */
const SMALL_BYTES = 16 * 1024;

type Done = (error?: Error) => void;

/**
 * Bounds the memory of all request bodies together: a request whose body has no room is refused
 * before it is read. A body of unknown length counts as the longest that is allowed.
 */
export function makeBodyBudget(limits: {
  readonly bodyBytesMax: number;
  readonly bodiesBytesMax: number;
}) {
  let usedBytes = 0;
  return (request: FastifyRequest, reply: FastifyReply, done: Done): void => {
    const bytes = announcedBytes(request, limits.bodyBytesMax);
    if (bytes <= SMALL_BYTES) {
      done();
    } else if (usedBytes + bytes > limits.bodiesBytesMax) {
      // The body is not read, so the connection cannot be used again.
      reply.header("connection", "close");
      done(noRoom(limits.bodiesBytesMax));
    } else {
      usedBytes += bytes;
      reply.raw.once("close", () => {
        usedBytes -= bytes;
      });
      done();
    }
  };
}

function announcedBytes({ headers }: FastifyRequest, bodyBytesMax: number): number {
  if (headers["transfer-encoding"] !== undefined) return bodyBytesMax;
  const length = headers["content-length"];
  return length === undefined ? 0 : Math.min(Number(length), bodyBytesMax);
}

function noRoom(bodiesBytesMax: number): HttpProblem {
  return new HttpProblem(
    503,
    "ConnectionLoss",
    `The bodies of other requests fill the memory for bodies (limit bodiesBytesMax: ` +
      `${bodiesBytesMax}). Nothing was done: try again.`,
    { headers: { "retry-after": "1" }, members: { ambiguous: false } },
  );
}
