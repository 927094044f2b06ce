import type { FastifyInstance, FastifyRequest } from "fastify";
import { ByteBudget } from "./byte-budget.ts";
import { HttpProblem } from "./errors/problem.ts";
import { type HttpLimits, LIMIT_VARIABLE } from "./options.ts";

/** Bodies and answers below this do not count: the number of connections bounds their sum. */
const SMALL_BYTES = 16 * 1024;

/**
 * Bounds the memory of all request bodies and of all answers that clients have not taken yet. A
 * body without room is refused before it is read; an answer without room is not kept for a slow reader.
 */
export function boundMemory(server: FastifyInstance, limits: HttpLimits): void {
  const bodies = new ByteBudget(limits.bodiesBytesMax);
  const answers = new ByteBudget(limits.answersBytesMax);
  server.addHook("onRequest", (request, reply, done) => {
    const bytes = announcedBytes(request, limits.bodyBytesMax);
    if (bytes <= SMALL_BYTES) {
      done();
    } else if (bodies.maybeTake(bytes, request.raw.socket, reply.raw)) {
      done();
    } else {
      // The body is not read, so the connection cannot be used again.
      reply.header("connection", "close");
      done(noRoom("request bodies", "bodiesBytesMax"));
    }
  });
  server.addHook("onSend", (request, reply, payload, done) => {
    const bytes = sizeOf(payload);
    if (bytes <= SMALL_BYTES) {
      done();
    } else if (answers.maybeTake(bytes, request.raw.socket, reply.raw)) {
      done();
    } else {
      done(noRoom("answers that clients are slow to take", "answersBytesMax"));
    }
  });
}

/** A body of unknown length counts as the longest that is allowed. */
function announcedBytes({ headers }: FastifyRequest, bodyBytesMax: number): number {
  if (headers["transfer-encoding"] !== undefined) return bodyBytesMax;
  const length = headers["content-length"];
  return length === undefined ? 0 : Math.min(Number(length), bodyBytesMax);
}

/** Of text its characters: what counts is the memory, roughly. Streams bound themselves. */
function sizeOf(payload: unknown): number {
  return typeof payload === "string" || Buffer.isBuffer(payload) ? payload.length : 0;
}

function noRoom(what: string, limit: keyof HttpLimits): HttpProblem {
  return new HttpProblem(
    503,
    "ConnectionLoss",
    `The memory for ${what} is full (limit ${LIMIT_VARIABLE[limit]}). Try again.`,
    { headers: { "retry-after": "1" } },
  );
}
