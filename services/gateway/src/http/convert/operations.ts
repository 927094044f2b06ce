import {
  type Condition,
  type CreateMode,
  type CreateOperation,
  CreateMode as Modes,
  type MultiOperationItem,
} from "@meerkat/tree";
import { badRequest } from "../errors/problem.ts";
import type { ConditionBody, CreateOperationBody, OperationBody } from "../schemas/transaction.ts";
import type { Mode } from "../schemas/znode.ts";
import { aclOfBody } from "./acl-body.ts";
import { dataOfFields } from "./znode-data.ts";

/**
 * One operation of a transaction as the tree takes it. `field` is where it stands, such as `ops[3]`.
 * @throws HttpProblem 400
 */
export function operationOfBody(body: OperationBody, field: string): MultiOperationItem {
  const { path } = body;
  switch (body.op) {
    case "create":
    case "createIfNotExists":
    case "createParents":
      return createOfBody(body, field);
    case "set": {
      const data = dataOfFields(body, `${field}.`);
      if (data === undefined) throw missingData(field);
      return { type: "setData", path, data, version: body.version ?? -1 };
    }
    case "setAcl":
      return { type: "setAcl", path, acl: aclOfBody(body.acl), version: body.version ?? -1 };
    case "delete": {
      const version = body.version ?? -1;
      return body.recursive === true
        ? { type: "delete", path, version, recursive: true }
        : { type: "delete", path, version };
    }
    case "check":
      return { type: "check", path, version: body.version ?? -1 };
    case "get":
    case "children":
      return { type: body.op, path };
  }
}

function missingData(field: string): Error {
  return badRequest(
    `${field} needs data or dataBase64; send data null or "" to clear the znode.`,
    `${field}.data`,
  );
}

function createOfBody(body: CreateOperationBody, field: string): CreateOperation {
  const mode = createMode(body.mode, body.sequential === true, `${field}.`);
  checkTtl(body.mode, body.ttlMs, `${field}.ttlMs`);
  // A znode created without a word about its data has empty data, not null.
  const data = dataOfFields(body, `${field}.`);
  return {
    type: "create",
    path: body.path,
    data: data === undefined ? "" : data,
    acl: aclOfBody(body.acl),
    mode,
    ...(body.ttlMs === undefined ? {} : { ttlMs: body.ttlMs }),
    ...(body.op === "createIfNotExists" ? { ifNotExists: true } : {}),
    ...(body.op === "createParents" ? { createParents: true } : {}),
  };
}

/** `prefix` stands before the names of the fields in messages. @throws HttpProblem 400 */
export function createMode(
  mode: Mode | undefined,
  sequential: boolean,
  prefix: string,
): CreateMode {
  switch (mode) {
    case undefined:
    case "persistent":
      return sequential ? Modes.PERSISTENT_SEQUENTIAL : Modes.PERSISTENT;
    case "ephemeral":
      return sequential ? Modes.EPHEMERAL_SEQUENTIAL : Modes.EPHEMERAL;
    case "ttl":
      return sequential ? Modes.PERSISTENT_SEQUENTIAL_WITH_TTL : Modes.PERSISTENT_WITH_TTL;
    case "container":
      if (!sequential) return Modes.CONTAINER;
      throw badRequest("A container cannot be sequential.", `${prefix}sequential`);
  }
}

/** A ttl goes with mode ttl and with no other. @throws HttpProblem 400 */
export function checkTtl(mode: Mode | undefined, ttlMs: number | undefined, field: string): void {
  if (mode === "ttl" && ttlMs === undefined) {
    throw badRequest(`A znode of mode ttl needs ${field}, in ms.`, field);
  }
  if (mode !== "ttl" && ttlMs !== undefined) {
    throw badRequest(`${field} counts only with mode ttl; leave it out or set the mode.`, field);
  }
}

/** @throws HttpProblem 400 */
export function conditionOfBody(body: ConditionBody, field: string): Condition {
  const { path, exists, version, numChildren } = body;
  const data = dataOfFields(body, `${field}.`);
  const parts = [exists, version, numChildren, data];
  if (parts.every((part) => part === undefined)) {
    throw badRequest(
      `${field} compares nothing: give exists, version, numChildren, data or dataBase64.`,
      field,
    );
  }
  return {
    path,
    ...(exists === undefined ? {} : { exists }),
    ...(version === undefined ? {} : { version }),
    ...(numChildren === undefined ? {} : { numChildren }),
    ...(data === undefined ? {} : { data }),
  };
}
