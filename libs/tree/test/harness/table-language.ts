import { optionsOf, tokenize } from "@meerkat/datadriven";
import { type Acl, type Id, OPEN_ACL_UNSAFE, Perms, WORLD_ANYONE } from "../../src/acl/acl.ts";
import { CreateMode } from "../../src/create-mode.ts";
import type { Condition, MultiOperationItem, ZnodeData } from "../../src/request.ts";
import { ResultCode } from "../../src/result-code.ts";

/** The words of the tables in test/tables/txn as operations, and codes and zxids as words. */

export function idOf(user: string): Id {
  return user === "super" ? { scheme: "super", id: "" } : { scheme: "digest", id: `${user}:hash` };
}

const ACLS: Readonly<Record<string, readonly Acl[]>> = {
  open: OPEN_ACL_UNSAFE,
  none: [],
  read: [{ perms: Perms.READ, id: WORLD_ANYONE }],
  auth: [{ perms: Perms.ALL, id: { scheme: "auth", id: "" } }],
  alice: [{ perms: Perms.ALL, id: idOf("alice") }],
  bob: [{ perms: Perms.ALL, id: idOf("bob") }],
  odd: [{ perms: Perms.ALL, id: { scheme: "odd", id: "x" } }],
};

/** `create /a persistent data=x`, `delete /a version=1 recursive`, `set /a x`, `check /a` … */
export function parseItem(words: readonly string[]): MultiOperationItem {
  const options = optionsOf(words);
  const [name = "", quotedPath = "", third = ""] = words;
  const path = quotedPath === "(empty)" ? "" : quotedPath.replaceAll("\\0", "\0");
  const version = Number(options.get("version") ?? -1);
  switch (name) {
    case "create": {
      const ttl = options.get("ttl");
      return {
        type: "create",
        path,
        data: parseData(options.get("data") ?? ""),
        acl: parseAcl(options.get("acl") ?? "open"),
        mode: (CreateMode[third as keyof typeof CreateMode] ?? Number(third)) as CreateMode,
        ...(ttl !== undefined && { ttlMs: Number(ttl) }),
        ...(words.includes("ifNotExists") && { ifNotExists: true }),
        ...(words.includes("createParents") && { createParents: true }),
      };
    }
    case "delete":
      return { type: "delete", path, version, recursive: words.includes("recursive") };
    case "set":
      return { type: "setData", path, data: parseData(third), version };
    case "setAcl":
      return { type: "setAcl", path, acl: parseAcl(third), version };
    case "check":
      return { type: "check", path, version };
    case "get":
    case "children":
      return { type: name, path };
    default:
      throw new Error(`there is no operation ${name}`);
  }
}

/** `/a exists`, `/a missing`, `/a version=3`, `/a version<3 numChildren>1`, `/a data=x`. */
export function parseCondition(text: string): Condition {
  const [path = "", ...parts] = tokenize(text);
  let condition: Condition = { path };
  for (const part of parts) {
    const [, name = "", sign = "", operand = ""] = /^(\w+)([=!<>])?(.*)$/.exec(part) ?? [];
    if (name === "exists" || name === "missing") {
      condition = { ...condition, exists: name === "exists" };
    } else if (name === "data") {
      condition = { ...condition, data: parseData(operand) };
    } else {
      const key = { "=": "eq", "!": "ne", "<": "lt", ">": "gt" }[sign] ?? "eq";
      condition = { ...condition, [name]: { [key]: Number(operand) } };
    }
  }
  return condition;
}

export function codeName(code: ResultCode): string {
  const found = Object.entries(ResultCode).find(([, value]) => value === code);
  return found?.[0] ?? String(code);
}

/** Epoch and counter: `1.5` is 0x100000005. */
export function zxidText(zxid: number): string {
  return zxid === 0 ? "0" : `${Math.floor(zxid / 2 ** 32)}.${zxid % 2 ** 32}`;
}

export function dataText(data: ZnodeData): string {
  return data === null ? "null" : data === "" ? "(empty)" : data;
}

function parseData(text: string): ZnodeData {
  return text === "null" ? null : text === "(empty)" ? "" : text;
}

function parseAcl(name: string): readonly Acl[] {
  const acl = ACLS[name];
  if (acl === undefined) throw new Error(`there is no ACL ${name}`);
  return acl;
}
