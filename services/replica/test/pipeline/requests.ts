import { JuteWriter } from "@meerkat/jute";
import type { RequestBatch } from "@meerkat/transport";
import { CreateMode, encodeRequest, OPEN_ACL_UNSAFE, type Operation } from "@meerkat/tree";
import { makeEpoch } from "@meerkat/zab";
import type { RequestQueue } from "../../src/pipeline/request-queue.ts";

export const EPOCH = makeEpoch(1);

export function create(path: string, data = "x"): Operation {
  return { type: "create", path, data, acl: OPEN_ACL_UNSAFE, mode: CreateMode.PERSISTENT };
}

export function encoded(operations: readonly Operation[]): Uint8Array {
  const writer = new JuteWriter();
  for (const operation of operations) {
    encodeRequest(writer, { session: 0, credentials: [], operation });
  }
  return writer.toBytes();
}

/** Requests `first …` of a gateway, each the creation of `/<number>`. */
export function batchOf(
  first: number,
  count: number,
  change: Partial<RequestBatch> = {},
): RequestBatch {
  const numbers = Array.from({ length: count }, (_, index) => first + index);
  const requests = encoded(numbers.map((number) => create(`/${number}`)));
  const opening = false;
  return { type: "requests", gateway: 7, epoch: EPOCH, opening, first, count, requests, ...change };
}

/** Empties the queue: gateway and number of each request, with the path where it has one. */
export function drain(queue: RequestQueue): string[] {
  const taken: string[] = [];
  for (let next = queue.peek(); next !== undefined; next = queue.peek()) {
    const { origin, operation } = next;
    const path = "path" in operation ? ` ${operation.path}` : "";
    taken.push(`${origin.gateway}:${origin.number} ${operation.type}${path}`);
    queue.advance();
  }
  return taken;
}
