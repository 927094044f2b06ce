import type { Operation, TxnResult } from "@meerkat/tree";
import type { FastifyRequest } from "fastify";
import type { Client } from "./client.ts";
import type { Door } from "./door.ts";
import { idempotencyKey } from "./fingerprint.ts";

/** A sampled W3C trace context: what is not sampled costs nothing on its way. */
const SAMPLED = /^00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f][13579bdf]$/;

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
  const { headers } = request;
  const key = idempotencyKey(headers["idempotency-key"], operation, credentials);
  const { traceparent } = headers;
  const isSampled = typeof traceparent === "string" && SAMPLED.test(traceparent);
  return door.coordination.submit({
    session,
    credentials,
    operation,
    ...(key === undefined ? {} : { key }),
    ...(isSampled ? { traceparent } : {}),
  });
}
