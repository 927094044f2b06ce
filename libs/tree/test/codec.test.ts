import { JuteReader, JuteWriter, MarshallingError } from "@meerkat/jute";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { OPEN_ACL_UNSAFE } from "../src/acl/acl.ts";
import type { TxnResult } from "../src/apply-sink.ts";
import { type BatchTrace, batchTracesOf } from "../src/codec/batch-traces.ts";
import {
  beginMulti,
  copyCheck,
  copyDelete,
  copySetData,
  endMulti,
} from "../src/codec/copied-operations.ts";
import { decodeRequest, encodeRequest, encodeRequestHead } from "../src/codec/request-codec.ts";
import { decodeTxnResult, encodeTxnResult } from "../src/codec/result-codec.ts";
import { readTxnBatch, TxnBatchWriter } from "../src/codec/txn-batch.ts";
import { decodeTxn } from "../src/codec/txn-codec.ts";
import type { CreateMode } from "../src/create-mode.ts";
import { DataTree } from "../src/data-tree.ts";
import type { Request } from "../src/request.ts";
import { SnapshotLoader } from "../src/snapshot/snapshot-loader.ts";
import { SnapshotWriter } from "../src/snapshot/snapshot-writer.ts";
import { prepare } from "../src/txn/prepare/prepare.ts";

const origin = { gateway: 2 ** 52 + 1, number: 17 };
const FIRST_ZXID = 2 ** 32 + 1;

const REQUEST: Request = {
  origin,
  session: 0,
  credentials: [{ scheme: "ip", id: "10.0.0.1" }],
  key: { key: "order 17", fingerprint: "f" },
  traceparent: "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
  operation: {
    type: "conditional",
    conditions: [
      { path: "/a", exists: false, data: null },
      { path: "/a", version: { eq: 1, gt: -1 }, numChildren: { ne: 2, lt: 3 } },
    ],
    // biome-ignore lint/suspicious/noThenProperty: a list of operations, not a function.
    then: [],
    else: [
      {
        type: "create",
        path: "/ü/b",
        data: "\u00ff\0",
        acl: [...OPEN_ACL_UNSAFE, { perms: 1, id: { scheme: "digest", id: "a:b" } }],
        mode: 5 as CreateMode,
        ttlMs: 2 ** 39,
        createParents: true,
        sequential: true,
      },
      { type: "delete", path: "/a", version: 3, recursive: true },
      { type: "setData", path: "/", data: null, version: -1 },
      { type: "setAcl", path: "/a", acl: OPEN_ACL_UNSAFE, version: 0 },
      { type: "check", path: "/a", version: 0 },
      { type: "children", path: "/a" },
    ],
  },
};

function encoded(request: Request): Uint8Array {
  const writer = new JuteWriter();
  encodeRequest(writer, request);
  return writer.toBytes();
}

function batchOf(...requests: readonly Request[]): Uint8Array {
  return tracedBatchOf([], ...requests);
}

function tracedBatchOf(traces: readonly BatchTrace[], ...requests: readonly Request[]): Uint8Array {
  const tree = new DataTree();
  const batch = new TxnBatchWriter();
  batch.begin(FIRST_ZXID, 1000);
  for (const request of requests) {
    batch.add(prepare(tree, request, batch.next));
  }
  return batch.finish(tree.digestHex, traces);
}

/** Decoding ends in a value or in a MarshallingError, whatever the bytes. */
function survives(decode: () => unknown): void {
  try {
    decode();
  } catch (error) {
    expect(error).toBeInstanceOf(MarshallingError);
  }
}

/** Every truncation, and bytes changed at random. */
function expectHardened(bytes: Uint8Array, decode: (bytes: Uint8Array) => unknown): void {
  for (let length = 0; length < bytes.length; length += 1) {
    expect(() => decode(bytes.subarray(0, length))).toThrow(MarshallingError);
  }
  const anyDamage = fc.array(fc.tuple(fc.nat(bytes.length - 1), fc.integer({ min: 0, max: 255 })), {
    minLength: 1,
    maxLength: 4,
  });
  fc.assert(
    fc.property(anyDamage, (damage) => {
      const damaged = Uint8Array.from(bytes);
      for (const [at, value] of damage) damaged[at] = value;
      survives(() => decode(damaged));
    }),
    { numRuns: 500 },
  );
}

describe("requests", () => {
  test("come back as they went, but for the origin, which the batch's message names", () => {
    const decoded = decodeRequest(new JuteReader(encoded(REQUEST)), origin);
    expect(decoded).toStrictEqual(REQUEST);
  });

  test("damaged ones are MarshallingErrors or other requests", () => {
    expectHardened(encoded(REQUEST), (bytes) => decodeRequest(new JuteReader(bytes), origin));
  });

  test("a read stands only inside a multi", () => {
    const bytes = encoded({ ...REQUEST, operation: { type: "get", path: "/a" } as never });
    expect(() => decodeRequest(new JuteReader(bytes), origin)).toThrow("only inside a multi");
  });
});

describe("batches", () => {
  const plain: Request = { origin, session: 0, credentials: [], operation: { type: "noop" } };
  const creates = { ...plain, operation: { type: "createSession", timeoutMs: 1000 } } as const;
  const session = { ...creates.operation, password: "0123456789abcdef" };

  test("hold their txns with the time and the digest of the whole", () => {
    const batch = readTxnBatch(batchOf(REQUEST, { ...plain, operation: session }, plain));
    expect(batch.count).toBe(3);
    expect(batch.txns.map(({ body }) => body.type)).toEqual(["error", "createSession", "noop"]);
    expect(batch.txns[0]?.idempotency).toEqual(REQUEST.key);
    const tree = new DataTree();
    batch.txns.forEach((txn, i) => {
      expect(txn.time).toBe(1000);
      tree.apply(txn, FIRST_ZXID + i);
    });
    expect(tree.digestHex).toBe(batch.digest);
  });

  test("damaged ones are MarshallingErrors or other batches", () => {
    expectHardened(batchOf(REQUEST, { ...plain, operation: session }, plain), readTxnBatch);
  });

  test("say which of their txns are sampled, and are the same txns for it", () => {
    const traces = [
      { index: 0, traceparent: "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01" },
      { index: 2, traceparent: "00-4bf92f3577b34da6a3ce929d0e0e4737-00f067aa0ba902b8-01" },
    ];
    const untraced = batchOf(REQUEST, plain, plain);
    const traced = tracedBatchOf(traces, REQUEST, plain, plain);
    expect(batchTracesOf(traced)).toEqual(traces);
    expect(batchTracesOf(untraced)).toEqual([]);
    expect(readTxnBatch(traced)).toEqual(readTxnBatch(untraced));
    expectHardened(traced, readTxnBatch);
    for (let end = 0; end < traced.length; end += 1) {
      survives(() => batchTracesOf(traced.subarray(0, end)));
    }
  });

  test("older formats hold the same txns, and a digest that says nothing", () => {
    const traces = [{ index: 0, traceparent: "00-4bf92f3577b34da6a3ce929d0e0e4736-1-01" }];
    const [plainBatch, tracedBatch] = [
      batchOf(REQUEST, plain),
      tracedBatchOf(traces, REQUEST, plain),
    ];
    for (const [version, bytes] of [
      [1, plainBatch],
      [2, tracedBatch],
    ] as const) {
      const old = Uint8Array.from([version, ...bytes.subarray(1)]);
      expect(readTxnBatch(old)).toEqual({ ...readTxnBatch(bytes), digest: undefined });
      expect(batchTracesOf(old)).toEqual(batchTracesOf(bytes));
    }
  });

  test("another format, and bytes behind the end, are refused", () => {
    const bytes = batchOf(plain);
    expect(() => readTxnBatch(Uint8Array.from([9, ...bytes.subarray(1)]))).toThrow("format 9");
    expect(() => readTxnBatch(Uint8Array.from([...bytes, 0]))).toThrow("1 bytes after");
  });

  test("a txn of another time, or no txn at all, is a mistake of the caller", () => {
    const tree = new DataTree();
    const batch = new TxnBatchWriter();
    batch.begin(FIRST_ZXID, 1000);
    const txn = prepare(tree, plain, { zxid: FIRST_ZXID, time: 999 });
    expect(() => batch.add(txn)).toThrow("another time");
    expect(() => batch.finish(tree.digestHex)).toThrow("without a txn");
  });
});

test("a check of an older log still names its path, which the digest of a kept answer counts", () => {
  const writer = new JuteWriter();
  const [changes, isMulti, check] = [1, 8, 5];
  for (const byte of [changes, isMulti]) writer.writeByte(byte);
  for (const long of [7, 1]) writer.writeLong(long);
  writer.writeInt(1);
  writer.writeByte(check);
  writer.writeInt(0);
  writer.writeUstring("/a");
  writer.writeInt(3);
  const { body } = decodeTxn(new JuteReader(writer.toBytes()), 1000);
  const records = [{ type: "check", op: 0, path: "/a" }];
  expect(body).toStrictEqual({ type: "changes", multi: true, records });
});

test("results come back as they went", () => {
  const stat = new DataTree().stat("/");
  if (stat === undefined) throw new Error("there is no root");
  const results: TxnResult[] = [
    { type: "session", zxid: 7, session: 2 ** 40, timeoutMs: 1000 },
    { type: "error", zxid: 7, code: -101, opIndex: 2, path: "/x", multi: true, branch: "else" },
    {
      type: "ok",
      zxid: 2 ** 52,
      branch: "then",
      results: [
        { type: "create", path: "/ü", stat, created: false },
        { type: "delete", path: "/a" },
        { type: "check", path: "/a" },
        { type: "setData", path: "/a", stat },
        { type: "setAcl", path: "/a", stat },
        { type: "get", path: "/a", data: null, stat },
        { type: "get", path: "/a", data: "\u00ff", stat },
        { type: "children", path: "/a", children: ["b", "c"], stat },
      ],
    },
  ];
  for (const result of results) {
    const bytes = encodeTxnResult(result);
    expect(decodeTxnResult(bytes)).toStrictEqual(result);
    expectHardened(Buffer.from(bytes, "latin1"), (damaged) =>
      decodeTxnResult(Buffer.from(damaged).toString("latin1")),
    );
  }
});

describe("snapshots", () => {
  const writer = new SnapshotWriter(new DataTree());
  const chunks: Uint8Array[] = [];
  for (let chunk = writer.next(30); chunk !== undefined; chunk = writer.next(30)) {
    chunks.push(chunk);
  }
  const load = (parts: readonly Uint8Array[]) => {
    const loader = new SnapshotLoader();
    for (const part of parts) loader.load(part);
    return loader.finish();
  };

  test("that break off or begin late are refused", () => {
    expect(load(chunks).digestHex).toBe(new DataTree().digestHex);
    expect(() => load(chunks.slice(0, -1))).toThrow("breaks off");
    expect(() => load(chunks.slice(1))).toThrow("no header");
    expect(() => load([...chunks, ...chunks])).toThrow("after the end");
  });

  test("damaged ones are MarshallingErrors or other trees", () => {
    expectHardened(Buffer.concat(chunks), (bytes) => load([bytes]));
  });
});

describe("operations copied from ZooKeeper's records", () => {
  const path = "/ü/b";
  const records = new JuteWriter();
  for (const data of ["\u00ff\0", null]) {
    records.writeUstring(path);
    records.writeLatin1(data);
    records.writeInt(7);
  }
  for (const version of [3, -1]) {
    records.writeUstring(path);
    records.writeInt(version);
  }

  test("are those that would have been encoded", () => {
    const reader = new JuteReader(records.toBytes());
    const writer = new JuteWriter();
    encodeRequestHead(writer, REQUEST);
    const countAt = beginMulti(writer);
    for (const copy of [copySetData, copySetData, copyCheck, copyDelete]) copy(writer, reader);
    endMulti(writer, countAt, 4);
    const operations = [
      { type: "setData", path, data: "\u00ff\0", version: 7 },
      { type: "setData", path, data: null, version: 7 },
      { type: "check", path, version: 3 },
      { type: "delete", path, version: -1 },
    ] as const;
    const request: Request = { ...REQUEST, operation: { type: "multi", operations } };
    expect(writer.toBytes()).toEqual(encoded(request));
  });

  test.each([
    ["without a path", [-1, 0, 0]],
    ["of a path beyond its end", [9, 0, 0]],
    ["of a negative length", [-2, 0, 0]],
    ["that is cut off", [0, 0]],
  ])("are refused as records %s", (_, ints) => {
    const record = new JuteWriter();
    for (const int of ints) record.writeInt(int);
    const copy = () => copySetData(new JuteWriter(), new JuteReader(record.toBytes()));
    expect(copy).toThrow(MarshallingError);
  });
});
