import { eventually } from "@meerkat/bus/testing";
import { OPEN_ACL_UNSAFE } from "@meerkat/tree";
import { describe, expect, it, onTestFinished } from "vitest";
import { zxid } from "../storage/folder.ts";
import { FakeStream } from "./fake-stream.ts";
import { create, Rig, set } from "./rig.ts";

function started(options: ConstructorParameters<typeof Rig>[0] = {}): Rig {
  const rig = new Rig(options);
  onTestFinished(() => rig.publisher.end());
  rig.begin();
  return rig;
}

const ids = (first: number, last: number) =>
  Array.from({ length: last - first + 1 }, (_, i) => `0x10000000${(first + i).toString(16)}-0`);
const isPublished = (rig: Rig) => () => {
  const { state, lagTxns } = rig.publisher.status;
  return state === "publishing" && lagTxns === 0;
};

describe("the publisher", () => {
  it("brings what is committed into the stream, in order, many at once", async () => {
    const rig = started();
    rig.commit(create("/a"));
    await eventually("the first is there", isPublished(rig));
    for (let n = 0; n < 50; n += 1) {
      rig.commit(...Array.from({ length: 20 }, (_, i) => set("/a", `${n}-${i}`)));
    }
    await eventually("all are there", isPublished(rig));
    expect(rig.stream.stored).toHaveLength(1_001);
    const versions = rig.stream.stored
      .slice(1)
      .map(({ payload }) => JSON.parse(payload).stat.version);
    expect(versions).toEqual(Array.from({ length: 1_000 }, (_, i) => i + 1));
    expect(rig.publisher.status).toMatchObject({ storedEvents: 1_001, failures: 0, gaps: 0 });
  });

  it("has a bounded number of calls under way while the stream says nothing", async () => {
    const rig = started();
    rig.commit(create("/a"));
    await eventually("the first is there", isPublished(rig));
    rig.stream.holdsAnswers = true;
    for (let n = 0; n < 2_000; n += 1) rig.commit(set("/a", String(n)));
    await eventually("the window is full", () => rig.stream.inFlight === 8);
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(rig.stream.inFlight).toBe(8);
    rig.stream.release();
    await eventually("all are there", isPublished(rig));
    expect(rig.stream.stored).toHaveLength(2_001);
  });

  it("goes on behind what somebody else has written meanwhile", async () => {
    const rig = started();
    rig.commit(create("/a"));
    await eventually("the first is there", isPublished(rig));
    const other = started({ stream: rig.stream });
    other.replay(rig.log);
    const second = rig.commit(set("/a", "1"));
    other.replay([second]);
    other.publisher.delivered();
    await eventually("both have seen it", () => isPublished(rig)() && isPublished(other)());
    rig.commit(set("/a", "2"));
    await eventually("the third is there", isPublished(rig));
    expect(rig.stream.ids).toEqual(ids(1, 3));
  });

  it("fills in again what the stream has lost", async () => {
    const rig = started();
    rig.commit(create("/a"));
    for (let n = 0; n < 9; n += 1) rig.commit(set("/a", String(n)));
    await eventually("ten are there", isPublished(rig));
    rig.stream.lose(4);
    rig.commit(set("/a", "again"));
    await eventually("all are there", () => rig.stream.stored.length === 11);
    expect(rig.stream.ids).toEqual(ids(1, 11));
  });

  it("tells those who listen while the stream takes nothing, and makes up for it", async () => {
    const rig = new Rig();
    onTestFinished(() => rig.publisher.end());
    rig.stream.problem = "refused";
    rig.begin();
    rig.commit(create("/a"));
    await eventually("it is known", () => rig.publisher.status.state === "unavailable");
    rig.commit(set("/a", "1"), set("/a", "2"));
    await eventually("they are announced", () => rig.stream.announced.length >= 2);
    expect(rig.stream.announced.slice(-2).map(({ id }) => id)).toEqual(ids(2, 3));
    expect(rig.publisher.status).toMatchObject({ sentence: "as the test wants", lagTxns: 3 });
    rig.stream.problem = undefined;
    rig.publisher.reconnected();
    await eventually("all are there", isPublished(rig));
    expect(rig.stream.ids).toEqual(ids(1, 3));
  });

  it("begins in the middle of a transaction, out of the log", async () => {
    const rig = new Rig();
    const operations = [create("/a"), create("/a/b"), create("/a/c")];
    rig.commit({ type: "multi", operations });
    rig.begin();
    await eventually("all are there", isPublished(rig));
    const complete = [...rig.stream.stored];
    rig.publisher.end();
    rig.stream.lose(2);
    const next = started({ stream: rig.stream, changesMax: 1 });
    next.replay(rig.log);
    next.publisher.delivered();
    await eventually("all are there again", isPublished(next));
    expect(rig.stream.stored).toEqual(complete);
  });

  it("reads the log where the memory does not reach back, and says what can be known", async () => {
    const rig = new Rig({ changesMax: 2 });
    onTestFinished(() => rig.publisher.end());
    rig.commit(create("/a"), create("/b"), create("/gone"));
    rig.commit(set("/a", "1"), set("/b", "1"), set("/gone", "1"));
    rig.commit({ type: "delete", path: "/gone", version: -1 }, create("/b/child"));
    rig.commit(
      { type: "setAcl", path: "/b", acl: OPEN_ACL_UNSAFE, version: -1 },
      set("/b", "2"),
      set("/a", "2"),
    );
    rig.begin();
    await eventually("all are there", isPublished(rig));
    const told = rig.stream.stored.map(({ payload }) => {
      const { type, path, stat, withheld } = JSON.parse(payload);
      return [type, path, Object.keys(stat ?? {}).length, withheld];
    });
    expect(told).toEqual([
      ["NodeCreated", "/a", 11, undefined],
      ["NodeCreated", "/b", 11, undefined],
      ["NodeCreated", "/gone", 11, undefined],
      ["NodeDataChanged", "/a", 11, undefined],
      // Its ACL of then is not known any more, nor what has become of the other two.
      ["NodeDataChanged", "/b", 0, "acl"],
      ["NodeDataChanged", "/gone", 0, "acl"],
      ["NodeDeleted", "/gone", 0, "acl"],
      ["NodeCreated", "/b/child", 11, undefined],
      ["NodeAclChanged", "/b", 7, undefined],
      // From here on out of the memory.
      ["NodeDataChanged", "/b", 11, undefined],
      ["NodeDataChanged", "/a", 11, undefined],
    ]);
    expect(JSON.parse(rig.stream.stored[3]?.payload ?? "").data).toBe("1");
  });

  it("says exactly what is lost when the log was purged first", async () => {
    const rig = new Rig({ changesMax: 2 });
    onTestFinished(() => rig.publisher.end());
    rig.commit(create("/a"));
    rig.begin();
    await eventually("the first is there", isPublished(rig));
    rig.stream.problem = "absent";
    for (let n = 2; n <= 9; n += 1) rig.commit(set("/a", String(n)));
    await eventually("it is known", () => rig.publisher.status.state === "unavailable");
    rig.logStart = zxid(1, 5);
    rig.stream.problem = undefined;
    rig.publisher.reconnected();
    await eventually("the rest is there", isPublished(rig));
    expect(rig.stream.ids).toEqual([...ids(1, 1), "0x100000005-end", ...ids(6, 9)]);
    const gap = rig.stream.stored[1];
    expect(gap?.subject).toBe("meerkat.test.watch.%gap");
    expect(JSON.parse(gap?.payload ?? "")).toMatchObject({
      type: "Gap",
      after: "0x100000001",
      zxid: "0x100000005",
    });
    expect(rig.publisher.status.gaps).toBe(1);
  });

  it("loses a damaged row of the log alone", async () => {
    const rig = new Rig({ changesMax: 2 });
    onTestFinished(() => rig.publisher.end());
    rig.commit(create("/a"));
    for (let n = 2; n <= 9; n += 1) rig.commit(set("/a", String(n)));
    rig.damaged = zxid(1, 4);
    rig.begin();
    await eventually("all the others are there", isPublished(rig));
    expect(rig.stream.ids).toEqual([...ids(1, 3), "0x100000004-end", ...ids(5, 9)]);
    expect(rig.publisher.status.gaps).toBe(1);
  });

  it("does not tell again what has expired in the stream, whoever leads", async () => {
    const rig = new Rig();
    rig.timeMs -= 100_000;
    rig.commit(create("/a"), set("/a", "1"));
    const next = started();
    next.replay(rig.log);
    next.publisher.delivered();
    await eventually("there is nothing to tell", isPublished(next));
    expect(next.stream.stored).toEqual([]);
  });

  it("knows what it has told when all of it has expired", async () => {
    const rig = started();
    rig.commit(create("/a"));
    await eventually("the first is there", isPublished(rig));
    rig.stream.expireAll();
    rig.stream.problem = "silent";
    rig.commit(set("/a", "1"));
    await eventually("it is known", () => rig.publisher.status.state === "unavailable");
    rig.stream.problem = undefined;
    rig.publisher.reconnected();
    await eventually("the second is there", isPublished(rig));
    expect(rig.stream.ids).toEqual(ids(2, 2));
  });

  it("leaves a stream alone that holds the events of another ensemble", async () => {
    const stream = new FakeStream();
    stream.stored.push({ subject: "meerkat.test.watch.a", payload: "{}", id: "0x900000001-0" });
    const rig = started({ stream });
    rig.commit(create("/a"));
    await eventually("it is known", () => rig.publisher.status.state === "unavailable");
    expect(rig.publisher.status.sentence).toContain("another ensemble of the same name");
    expect(stream.stored).toHaveLength(1);
  });

  it("does nothing once another one leads", async () => {
    const rig = started();
    rig.commit(create("/a"));
    await eventually("the first is there", isPublished(rig));
    rig.publisher.end();
    rig.commit(set("/a", "1"));
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(rig.stream.ids).toEqual(ids(1, 1));
    expect(rig.publisher.status.state).toBe("following");
  });
});
