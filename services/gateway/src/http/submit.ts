import { parseTraceparent } from "@meerkat/telemetry";
import type { Operation, TxnResult } from "@meerkat/tree";
import type { FastifyRequest } from "fastify";
import type { Write } from "../coordination.ts";
import type { RequestTrace } from "../tracing/request-trace.ts";
import type { Client } from "./client.ts";
import type { Door } from "./door.ts";
import { idempotencyKey } from "./fingerprint.ts";

/**
 * Sends a write of this request on its way, with its Idempotency-Key and trace context.
 * @throws Unavailable, RequestTooLarge, HttpProblem
 */
export function submit(
  door: Door,
  request: FastifyRequest,
  client: Client,
  operation: Operation,
): Promise<TxnResult> {
  const { session, credentials } = client;
  const { headers, trace } = request;
  const key = idempotencyKey(headers["idempotency-key"], operation, credentials);
  const traceparent = trace === undefined ? sampledParent(request) : trace.traceparent;
  const write: Write = {
    session,
    credentials,
    operation,
    ...(key === undefined ? {} : { key }),
    ...(traceparent === undefined ? {} : { traceparent }),
  };
  return trace === undefined ? door.coordination.submit(write) : submitTraced(door, write, trace);
}

/** A gateway that exports nothing still hands on what the client sent: the leader may, and events do. */
function sampledParent({ headers: { traceparent } }: FastifyRequest): string | undefined {
  if (typeof traceparent !== "string") return undefined;
  return parseTraceparent(traceparent)?.sampled === true ? traceparent : undefined;
}

function submitTraced(door: Door, write: Write, trace: RequestTrace): Promise<TxnResult> {
  const { operation } = write;
  return new Promise((resolve, reject) => {
    door.coordination.enqueue(write, {
      hears: "settled",
      answered: (result, course) => {
        trace.onAnswered(operation, result, course);
        resolve(result);
      },
      failed: (error, course) => {
        trace.onFailed(operation, error, course);
        reject(error);
      },
    });
  });
}
