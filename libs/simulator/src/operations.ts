import {
  CreateMode,
  type CreateOperation,
  type MultiOperationItem,
  OPEN_ACL_UNSAFE,
  type Operation,
  Perms,
  type SessionId,
} from "@meerkat/tree";
import type { Prng } from "./prng.ts";

const REGISTERS = 6;
const CONTAINER = "/c";

const ACLS = [OPEN_ACL_UNSAFE, [{ perms: Perms.ALL, id: { scheme: "ip", id: "127.0.0.1" } }]];

type Change = Exclude<MultiOperationItem, { type: "get" | "children" }>;

export interface Occasion {
  /** Never used twice in a run. */
  readonly value: string;
  /** 0 without one. */
  readonly session: SessionId;
}

/** A write as clients send them: mostly sensible, some of them refused. */
export function drawOperation(prng: Prng, occasion: Occasion): Operation {
  const kind = prng.between(0, 9);
  if (kind === 0) return multi(prng, occasion);
  if (kind === 1) return conditional(prng, occasion);
  if (kind === 2 && prng.chance(0.2)) return { type: "noop" };
  if (kind === 2 && prng.chance(0.2)) return { type: "deleteContainer", path: CONTAINER };
  if (kind === 3 && occasion.session !== 0 && prng.chance(0.2)) {
    return { type: "closeSession", session: occasion.session };
  }
  return single(prng, occasion);
}

function single(prng: Prng, { value, session }: Occasion): Change {
  const kind = prng.between(0, 11);
  const path = `/r/${prng.between(0, REGISTERS - 1)}`;
  if (kind === 10) return rarer(prng, value);
  if (kind === 11) return { ...create(path, value, CreateMode.PERSISTENT), ifNotExists: true };
  if (kind < 5) return { type: "setData", path, data: value, version: drawVersion(prng) };
  if (kind === 5) return { type: "delete", path, version: drawVersion(prng) };
  if (kind === 6) return create("/q/s-", value, CreateMode.PERSISTENT_SEQUENTIAL);
  if (kind === 7 && session !== 0) return create(`/e/${value}`, value, CreateMode.EPHEMERAL);
  if (kind === 8) return { type: "delete", path: "/q", version: -1, recursive: true };
  return create(path, value, CreateMode.PERSISTENT);
}

function rarer(prng: Prng, value: string): Change {
  const kind = prng.between(0, 4);
  const path = `/r/${prng.between(0, REGISTERS - 1)}`;
  if (kind === 0) return { type: "delete", path: "/r", version: -1, recursive: true };
  if (kind === 1) return { type: "setAcl", path, acl: ACLS[prng.between(0, 1)] ?? [], version: -1 };
  if (kind === 2) return create(CONTAINER, value, CreateMode.CONTAINER);
  if (kind === 3) return create(`${CONTAINER}/${value}`, value, CreateMode.PERSISTENT);
  return { ...create(path, value, CreateMode.PERSISTENT_WITH_TTL), ttlMs: prng.between(1, 1_000) };
}

function create(path: string, data: string, mode: CreateMode): CreateOperation {
  return { type: "create", path, data, acl: OPEN_ACL_UNSAFE, mode, createParents: true };
}

function multi(prng: Prng, { value, session }: Occasion): Operation {
  const count = prng.between(1, 5);
  const operations: MultiOperationItem[] = [];
  for (let index = 0; index < count; index++) {
    const path = `/r/${prng.between(0, REGISTERS - 1)}`;
    const kind = prng.between(0, 9);
    if (kind === 0) operations.push({ type: prng.chance(0.5) ? "get" : "children", path });
    else if (kind === 1) operations.push({ type: "check", path, version: drawVersion(prng) });
    else operations.push(single(prng, { value: `${value}.${index}`, session }));
  }
  return { type: "multi", operations };
}

function conditional(prng: Prng, { value, session }: Occasion): Operation {
  const path = `/r/${prng.between(0, REGISTERS - 1)}`;
  return {
    type: "conditional",
    conditions: [prng.chance(0.5) ? { path, exists: true } : { path, version: { lt: 5 } }],
    // biome-ignore lint/suspicious/noThenProperty: the contract's name, nobody awaits it.
    then: [{ type: "setData", path, data: value, version: -1 }],
    else: [single(prng, { value, session })],
  };
}

function drawVersion(prng: Prng): number {
  return prng.chance(0.7) ? -1 : prng.between(0, 3);
}
