import { expect, test } from "vitest";
import { OPEN_ACL_UNSAFE } from "../src/acl/acl.ts";
import { DataTree } from "../src/data-tree.ts";
import { Hash64 } from "../src/state/hash64.ts";
import type { Txn, TxnRecord } from "../src/txn/txn.ts";

const CREATE = {
  type: "create",
  op: 0,
  path: "/a",
  data: "x".repeat(100),
  acl: OPEN_ACL_UNSAFE,
  ephemeralOwner: 0,
  kind: "persistent",
  ttlMs: 0,
  parentCreations: 1,
} as const satisfies TxnRecord;
const SET = { type: "setData", op: 0, path: "/a", data: "y", version: 1 } as const;
const SET_ACL = { type: "setAcl", op: 0, path: "/a", acl: OPEN_ACL_UNSAFE, version: 1 } as const;
const READ_ACL = [{ perms: 1, id: { scheme: "world", id: "anyone" } }];

interface Step {
  readonly record: TxnRecord;
  readonly zxid?: number;
  readonly time?: number;
}

function digestAfter(...steps: readonly Step[]): string {
  const tree = new DataTree();
  for (const { record, zxid = 1, time = 1 } of steps) {
    const txn: Txn = {
      origin: { gateway: 1, number: 1 },
      session: 0,
      time,
      body: { type: "changes", multi: false, records: [record] },
    };
    tree.apply(txn, zxid);
  }
  return tree.digestHex;
}

test("whatever is different about a znode makes another digest", () => {
  const created = { record: CREATE };
  const variants: readonly (readonly Step[])[] = [
    [],
    [created],
    [{ record: CREATE, zxid: 2 }],
    [{ record: CREATE, zxid: 2 ** 32 + 1 }],
    [{ record: CREATE, time: 2 }],
    [{ record: { ...CREATE, path: "/b" } }],
    [{ record: { ...CREATE, data: null } }],
    [{ record: { ...CREATE, data: "" } }],
    [{ record: { ...CREATE, acl: READ_ACL } }],
    [{ record: { ...CREATE, kind: "container" } }],
    [{ record: { ...CREATE, kind: "ttl", ttlMs: 1 } }],
    [{ record: { ...CREATE, kind: "ttl", ttlMs: 2 } }],
    [{ record: { ...CREATE, kind: "ephemeral", ephemeralOwner: 1 } }],
    [{ record: { ...CREATE, kind: "ephemeral", ephemeralOwner: 2 } }],
    [{ record: { ...CREATE, parentCreations: 2 } }],
    [created, { record: SET }],
    [created, { record: { ...SET, version: 2 } }],
    [created, { record: { ...SET, data: "z" } }],
    [created, { record: SET, zxid: 2 }],
    [created, { record: SET, time: 2 }],
    [created, { record: SET_ACL }],
    [created, { record: { ...SET_ACL, acl: READ_ACL } }],
    [created, { record: { type: "delete", op: 0, path: "/a" } }],
  ];
  const digests = variants.map((steps) => digestAfter(...steps));
  expect(new Set(digests).size).toBe(variants.length);
});

test("what changes and changes back leaves no trace but its own", () => {
  const [created, set] = [{ record: CREATE }, { record: SET }];
  const other = { record: { ...SET, data: "z".repeat(30), version: 7 } };
  expect(digestAfter(created, other, set)).toBe(digestAfter(created, set));
});

test("each bit of data counts in both halves of a hash, at every length", () => {
  for (let length = 1; length < 70; length += 1) {
    const data = "d".repeat(length);
    const plain = hashOf(data);
    for (let at = 0; at < length; at += 1) {
      const [high, low] = hashOf(`${data.slice(0, at)}e${data.slice(at + 1)}`);
      expect([length, at, high === plain[0], low === plain[1]]).toEqual([length, at, false, false]);
    }
    const [high, low] = hashOf(`${data}\0`);
    expect([length, high === plain[0], low === plain[1]]).toEqual([length, false, false]);
  }
});

function hashOf(data: string): readonly [number, number] {
  const hash = new Hash64();
  hash.start(1);
  hash.latin1(data);
  hash.finish();
  return [hash.high, hash.low];
}
