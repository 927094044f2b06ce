import { CreateMode, OPEN_ACL_UNSAFE, type Operation, Perms } from "@meerkat/tree";
import { afterEach, describe, expect, it } from "vitest";
import type { WatchLimits } from "../../src/watch/limits.ts";
import { EventSource } from "./harness/event-source.ts";
import { RawSocket } from "./harness/raw-socket.ts";
import { startServer, type TestServer } from "./harness/start.ts";

const running: TestServer[] = [];

async function listen(watchLimits: Partial<WatchLimits> = {}): Promise<TestServer> {
  const started = await startServer({ watchLimits });
  running.push(started);
  await started.server.listen({ port: 0, host: "127.0.0.1" });
  return started;
}

afterEach(async () => {
  await Promise.all(running.splice(0).map(({ server }) => server.close()));
});

function run({ node }: TestServer, operation: Operation): void {
  node.run({ session: 0, credentials: [], operation }, 1);
}

function create(test: TestServer, path: string, data = "", acl = OPEN_ACL_UNSAFE): void {
  run(test, { type: "create", path, data, acl, mode: CreateMode.PERSISTENT });
}

function set(test: TestServer, path: string, data: string): void {
  run(test, { type: "setData", path, data, version: -1 });
}

/** `amy:secret` as Basic, and what an ACL calls it. */
const AMY = { authorization: "Basic YW15OnNlY3JldA==" };
const FOR_AMY = [
  { perms: Perms.ALL, id: { scheme: "digest", id: "amy:Iq0onHjzb4KyxPAp8YWOIC8zzwY=" } },
];

describe("a watch", () => {
  it("tells the changes of one znode, or of everything below it", async () => {
    const test = await listen();
    using one = await EventSource.open(test.server, "path=/app");
    using all = await EventSource.open(test.server, "path=/app&recursive");
    using root = await EventSource.open(test.server, "path=/&recursive=true");
    create(test, "/app", "1");
    create(test, "/app/a");
    create(test, "/apple");
    set(test, "/app", "2");
    run(test, { type: "delete", path: "/app", version: -1, recursive: true });
    await root.untilCount(6);
    await all.untilCount(5);
    await one.untilCount(3);
    const told = ({ events }: EventSource) => events.map(({ id, data }) => `${id} ${data.path}`);
    expect(told(root)).toEqual([
      "0x100000001-0 /app",
      "0x100000002-0 /app/a",
      "0x100000003-0 /apple",
      "0x100000004-0 /app",
      "0x100000005-0 /app/a",
      "0x100000005-1 /app",
    ]);
    expect(told(all)).toEqual(told(root).filter((event) => !event.endsWith("/apple")));
    expect(told(one)).toEqual(told(root).filter((event) => event.endsWith("/app")));
    expect(one.events.map(({ type }) => type)).toEqual([
      "NodeCreated",
      "NodeDataChanged",
      "NodeDeleted",
    ]);
    expect(one.events[1]?.data).toMatchObject({
      type: "NodeDataChanged",
      zxid: "0x100000004",
      index: 0,
      data: "2",
      stat: { version: 1, numChildren: 1 },
    });
  });

  it("begins now, behind what the client has seen, or where it was", async () => {
    const test = await listen();
    create(test, "/a", "1");
    set(test, "/a", "2");
    set(test, "/a", "3");
    using now = await EventSource.open(test.server, "path=/a");
    using zxid = await EventSource.open(test.server, "path=/a&after=0x100000001");
    using id = await EventSource.open(test.server, "path=/a&after=0x100000001-0");
    using header = await EventSource.open(test.server, "path=/a&after=0x100000001", {
      "last-event-id": "0x100000002-0",
    });
    set(test, "/a", "4");
    await Promise.all([now.untilCount(1), zxid.untilCount(3), id.untilCount(3)]);
    await header.untilCount(2);
    expect(now.ids).toEqual(["0x100000004-0"]);
    expect(zxid.ids).toEqual(["0x100000002-0", "0x100000003-0", "0x100000004-0"]);
    expect(id.ids).toEqual(zxid.ids);
    expect(header.ids).toEqual(["0x100000003-0", "0x100000004-0"]);
  });

  it("goes on in the middle of a txn", async () => {
    const test = await listen();
    const operations = ["/a", "/b", "/c"].map((path) => ({
      ...{ type: "create", path, data: "", acl: OPEN_ACL_UNSAFE, mode: CreateMode.PERSISTENT },
    })) as Extract<Operation, { type: "create" }>[];
    run(test, { type: "multi", operations });
    using stream = await EventSource.open(test.server, "path=/&recursive", {
      "last-event-id": "0x100000001-1",
    });
    await stream.untilCount(1);
    expect(stream.ids).toEqual(["0x100000001-2"]);
  });

  it("answers 410 with the oldest zxid to go on from", async () => {
    const test = await listen({ recentChangesMax: 16 });
    create(test, "/a");
    for (let i = 0; i < 20; i += 1) set(test, "/a", String(i));
    const answer = await test.server.inject("/v1/watch?path=/a&after=0x100000001");
    expect(answer.statusCode).toBe(410);
    expect(answer.json()).toMatchObject({ code: "Gone", oldestZxid: "0x100000005" });
    using stream = await EventSource.open(test.server, "path=/a&after=0x100000005");
    await stream.untilCount(16);
    expect(stream.ids[0]).toBe("0x100000006-0");
  });

  it("answers 503 for a zxid that this gateway does not come to", async () => {
    const test = await listen();
    const answer = await test.server.inject("/v1/watch?path=/a&after=0x1000000ff");
    expect(answer.statusCode).toBe(503);
    expect(answer.headers["retry-after"]).toBe("1");
  });

  it("says how far it is while nothing happens, so that resuming stays cheap", async () => {
    const test = await listen({ heartbeatMs: 160 });
    using stream = await EventSource.open(test.server, "path=/quiet");
    expect(stream.retryMs).toBe(0);
    create(test, "/other");
    await stream.until(() => stream.lastEventId === "0x100000001-end");
    expect(stream.comments).toContain("watching");
    expect(stream.comments).toContain("heartbeat");
    expect(stream.retryMs).toBe(1000);
    expect(stream.events).toEqual([]);
  });
});

describe("who may not read a znode", () => {
  it("is told type and path, and who may, everything", async () => {
    const test = await listen();
    using anybody = await EventSource.open(test.server, "path=/&recursive");
    using amy = await EventSource.open(test.server, "path=/&recursive", AMY);
    create(test, "/secret", "42", FOR_AMY);
    run(test, { type: "delete", path: "/secret", version: -1 });
    await Promise.all([anybody.untilCount(2), amy.untilCount(2)]);
    expect(anybody.events.map(({ data }) => data)).toEqual([
      {
        ...{ type: "NodeCreated", path: "/secret", zxid: "0x100000001", index: 0 },
        ...{ time: 1767225601000, withheld: "acl" },
      },
      {
        ...{ type: "NodeDeleted", path: "/secret", zxid: "0x100000002", index: 0 },
        ...{ time: 1767225602000, withheld: "acl" },
      },
    ]);
    expect(amy.events[0]?.data).toMatchObject({ data: "42", stat: { version: 0 } });
    expect(amy.events[1]?.data).toMatchObject({ type: "NodeDeleted", stat: { dataLength: 2 } });
  });

  it("is judged at the moment of the change", async () => {
    const test = await listen();
    using anybody = await EventSource.open(test.server, "path=/a");
    create(test, "/a", "open");
    run(test, { type: "setAcl", path: "/a", acl: FOR_AMY, version: -1 });
    await anybody.untilCount(2);
    expect(anybody.events[0]?.data).toMatchObject({ data: "open" });
    expect(anybody.events[1]?.data).toMatchObject({ type: "NodeAclChanged", withheld: "acl" });
  });
});

describe("data", () => {
  it("are text or base64, left out when unwanted or too large", async () => {
    const test = await listen({ dataBytesMax: 8 });
    using all = await EventSource.open(test.server, "path=/&recursive");
    using none = await EventSource.open(test.server, "path=/&recursive&data=false");
    create(test, "/text", Buffer.from("zoë\n\n").toString("latin1"));
    create(test, "/bytes", "\xff\x00");
    create(test, "/large", "123456789");
    await Promise.all([all.untilCount(3), none.untilCount(3)]);
    expect(all.events[0]?.data).toMatchObject({ data: "zoë\n\n" });
    expect(all.events[1]?.data).toMatchObject({ dataBase64: "/wA=" });
    expect(all.events[2]?.data).toMatchObject({ withheld: "data", stat: { dataLength: 9 } });
    for (const { data } of none.events) expect(data).toMatchObject({ withheld: "data" });
  });
});

describe("bounds", () => {
  it("refuses streams beyond the limit and takes one when one has ended", async () => {
    const test = await listen({ subscribersMax: 1 });
    const first = await EventSource.open(test.server, "path=/a");
    const refused = await test.server.inject("/v1/watch?path=/a");
    expect(refused.statusCode).toBe(503);
    expect(refused.json().detail).toContain("MEERKAT_WATCH_SUBSCRIBERS_MAX");
    first[Symbol.dispose]();
    await first.until(() => test.watch.subscriberCount === 0);
    using second = await EventSource.open(test.server, "path=/a");
    create(test, "/a");
    await second.untilCount(1);
  });

  it("ends a stream whose client is too slow, tells it, and lets it come back", async () => {
    const test = await listen({ recentChangesMax: 64, dataBytesMax: 100_000 });
    create(test, "/a");
    using quick = await EventSource.open(test.server, "path=/a");
    using slow = await EventSource.open(test.server, "path=/a");
    slow.pause();
    const data = "x".repeat(50_000);
    let count = 0;
    while (test.watch.counters.ended.slow === 0 && count < 4_000) {
      set(test, "/a", data);
      count += 1;
      await quick.untilCount(count);
    }
    expect(test.watch.counters.ended.slow).toBe(1);
    slow.resume();
    await slow.untilEnded();
    const last = slow.events.at(-1);
    expect(last).toMatchObject({ type: "slow", data: { lastEventId: slow.lastEventId } });
    const missed = await test.server.inject({
      url: "/v1/watch?path=/a",
      headers: { "last-event-id": slow.lastEventId },
    });
    expect(missed.statusCode).toBe(410);
    expect(quick.isEnded).toBe(false);
  });

  it("gives up those who take nothing once all together have too much unsent", async () => {
    const test = await listen({ unsentBytesMax: 100_000, dataBytesMax: 100_000 });
    create(test, "/a");
    const streams = await Promise.all(
      Array.from({ length: 4 }, () => EventSource.open(test.server, "path=/a")),
    );
    for (const stream of streams) stream.pause();
    for (let i = 0; i < 4_000 && test.watch.counters.ended.slow < 3; i += 1) {
      set(test, "/a", "x".repeat(60_000));
      expect(test.watch.unsentBytes).toBeLessThanOrEqual(100_000);
      await new Promise((resolve) => setImmediate(resolve));
    }
    // Only one of them fits.
    expect(test.watch.counters.ended.slow).toBe(3);
    expect(test.watch.subscriberCount).toBe(1);
    for (const stream of streams) stream[Symbol.dispose]();
  });

  it("keeps no more in memory than it may", async () => {
    const test = await listen({ recentBytesMax: 10_000 });
    using stream = await EventSource.open(test.server, "path=/&recursive");
    for (let i = 0; i < 50; i += 1) {
      create(test, `/n${i}`, "y".repeat(1_000));
      expect(test.watch.recentBytes).toBeLessThanOrEqual(10_000);
      await stream.untilCount(i + 1);
    }
    expect(test.watch.recentBytes).toBeLessThanOrEqual(10_000);
  });
});

describe("the end of a stream", () => {
  it("is told when the gateway stops, with another time to come back for each", async () => {
    const test = await listen();
    const streams = await Promise.all(
      Array.from({ length: 8 }, () => EventSource.open(test.server, "path=/a")),
    );
    create(test, "/a");
    await Promise.all(streams.map((stream) => stream.untilCount(1)));
    await test.server.close();
    await Promise.all(streams.map((stream) => stream.untilEnded()));
    for (const { events, lastEventId } of streams) {
      expect(events.at(-1)).toMatchObject({ type: "closing", data: { lastEventId } });
      expect(lastEventId).toBe("0x100000001-0");
    }
    expect(new Set(streams.map(({ retryMs }) => retryMs)).size).toBeGreaterThan(1);
  });

  it("leaves nothing behind when clients go", async () => {
    const test = await listen();
    const streams = await Promise.all(
      Array.from({ length: 20 }, (_, i) => EventSource.open(test.server, `path=/a${i}`)),
    );
    for (const stream of streams) stream[Symbol.dispose]();
    await streams[0]?.until(() => test.watch.subscriberCount === 0);
    expect(test.watch.counters).toMatchObject({ opened: 20, closed: 20 });
  });
});

describe("what is no watch", () => {
  it.each([
    ["no path", "", 400, "path"],
    ["a path that is none", "path=app", 400, "path"],
    ["an empty component", "path=/a//b", 400, "path"],
    ["an unknown parameter", "path=/a&deep=true", 400, "deep"],
    ["a flag that is none", "path=/a&recursive=maybe", 400, "recursive"],
    ["a place that is none", "path=/a&after=yesterday", 400, "after"],
    ["a place with a newline", "path=/a&after=0x1-0%0Aevent:", 400, "after"],
    ["a path given twice", "path=/a&path=/b", 400, "path"],
  ])("is refused: %s", async (_, query, status, field) => {
    const { server } = await listen();
    const answer = await server.inject(`/v1/watch?${query}`);
    expect(answer.statusCode).toBe(status);
    expect(answer.json()).toMatchObject({ code: "BadArguments", field });
  });

  it("is refused with a Last-Event-ID that is none", async () => {
    const { server } = await listen();
    const headers = { "last-event-id": "0x1-" };
    const answer = await server.inject({ url: "/v1/watch?path=/a", headers });
    expect(answer.json()).toMatchObject({ status: 400, field: "Last-Event-ID" });
  });

  it.each(["GET /v1/znodes/", "GET /v1/watch?path=/b"])(
    "is ended when its client goes on talking: %s",
    async (line) => {
      const { server, watch } = await listen();
      using socket = await RawSocket.open(server);
      socket.write("GET /v1/watch?path=/a HTTP/1.1\r\nHost: x\r\n\r\n");
      await socket.untilReceived(/watching/);
      socket.write(`${line} HTTP/1.1\r\nHost: x\r\n\r\n`.repeat(10));
      const answer = await socket.untilClosed();
      expect(answer.match(/HTTP\/1\.1/g)).toHaveLength(1);
      expect(watch.subscriberCount).toBe(0);
    },
  );

  it("is answered in its turn when it stands behind other requests", async () => {
    const test = await listen();
    using socket = await RawSocket.open(test.server);
    const get = (url: string) => `GET ${url} HTTP/1.1\r\nHost: x\r\n\r\n`;
    socket.write(get("/v1/znodes/") + get("/v1/watch?path=/a"));
    await socket.untilReceived(/HTTP\/1\.1 (400 .*pipelined|200 .*watching)/s);
  });
});
