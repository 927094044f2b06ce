import type { FastifyRequest } from "fastify";
import type { ReadOptions } from "../../coordination.ts";
import type { Client } from "../client.ts";
import type { GetZnodeQuery } from "../schemas/znode.ts";

export type GetZnodeRequest = FastifyRequest<{ Querystring: GetZnodeQuery }>;

export function readOptions(
  client: Client,
  consistency: ReadOptions["consistency"] = "sequential",
): ReadOptions {
  const { session, seen } = client;
  return seen === 0 ? { session, consistency } : { session, consistency, notBefore: seen };
}
