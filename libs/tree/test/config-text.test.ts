import { expect, it } from "vitest";
import { DataTree, prepare, SnapshotLoader, SnapshotWriter, SUPER } from "../src/index.ts";

const CONFIG = "/zookeeper/config";
const OLD = new DataTree();
const NEW = "server.1=0.0.0.0:2888:3888:participant\nversion=0";

function snapshotOf(tree: DataTree): Uint8Array[] {
  const writer = new SnapshotWriter(tree);
  const chunks: Uint8Array[] = [];
  for (let chunk = writer.next(100); chunk !== undefined; chunk = writer.next(100)) {
    chunks.push(chunk);
  }
  return chunks;
}

function load(chunks: readonly Uint8Array[], configText: string): DataTree {
  const loader = new SnapshotLoader({ configText });
  for (const chunk of chunks) loader.load(chunk);
  return loader.finish();
}

it("shows what the server was configured with, and is no part of the state", () => {
  const tree = new DataTree({ configText: NEW });
  expect(tree.getData(CONFIG)?.data).toBe(NEW);
  expect(tree.stat(CONFIG)).toMatchObject({ version: -1, aversion: -1, dataLength: NEW.length });
  expect(tree.digestHex).toBe(OLD.digestHex);
});

it("comes from the loading server's configuration, not from the snapshot", () => {
  const restored = load(snapshotOf(OLD), NEW);
  expect(restored.getData(CONFIG)?.data).toBe(NEW);
  expect(restored.digestHex).toBe(OLD.digestHex);
});

it("is a part of the state from the first txn that writes it", () => {
  const leader = new DataTree({ configText: "of the leader" });
  const request = {
    origin: { gateway: 1, number: 1 },
    session: 0,
    credentials: [SUPER],
    operation: { type: "setData", path: CONFIG, data: "written", version: -1 },
  } as const;
  const txn = prepare(leader, request, { zxid: 1, time: 1 });
  const follower = new DataTree({ configText: "of the follower" });
  follower.apply(txn, 1);
  expect(follower.digestHex).toBe(leader.digestHex);
  expect(follower.digestHex).not.toBe(OLD.digestHex);
  const restored = load(snapshotOf(leader), "of a newcomer");
  expect(restored.getData(CONFIG)?.data).toBe("written");
  expect(restored.digestHex).toBe(leader.digestHex);
  leader.journal.rollback(0);
  expect(leader.getData(CONFIG)?.data).toBe("of the leader");
  expect(leader.digestHex).toBe(OLD.digestHex);
});
