import { eventually, readStream, startNatsServer } from "@meerkat/bus/testing";
import {
  CreateMode,
  OPEN_ACL_UNSAFE,
  type Operation,
  Perms,
  type TxnResult,
  WORLD_ANYONE,
} from "@meerkat/tree";
import { WatchSubjects } from "@meerkat/watch-events";
import { describe, expect, it } from "vitest";
import { type Ensemble, startEnsemble } from "../ensemble/ensemble.ts";

const LIMIT_MS = 60_000;
const STREAM = "meerkat_test_watch";
const subjects = new WatchSubjects("meerkat.test");
const SECRET = [
  { perms: Perms.ALL & ~Perms.READ, id: WORLD_ANYONE },
  { perms: Perms.READ, id: { scheme: "digest", id: "bob:x" } },
];

interface Event {
  readonly sequence: number;
  readonly subject: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly event: {
    readonly type: string;
    readonly path: string;
    readonly zxid: string;
    readonly index: number;
    readonly session?: string;
    readonly stat?: Readonly<Record<string, unknown>>;
    readonly data?: string;
    readonly withheld?: string;
  };
}

function create(path: string, more: Partial<Extract<Operation, { type: "create" }>> = {}) {
  const mode = CreateMode.PERSISTENT;
  return { type: "create", path, data: "x", acl: OPEN_ACL_UNSAFE, mode, ...more } as const;
}

function set(path: string, data: string) {
  return { type: "setData", path, data, version: -1 } as const;
}

async function events(ensemble: Ensemble): Promise<Event[]> {
  const messages = await readStream(ensemble.nats.url, STREAM);
  return messages.map(({ payload, ...message }) => ({ ...message, event: JSON.parse(payload) }));
}

/** The events once the last of so many is there. */
async function eventsOnce(ensemble: Ensemble, count: number): Promise<Event[]> {
  const startedAt = performance.now();
  for (;;) {
    const all = await events(ensemble).catch(() => []);
    if (all.length >= count || performance.now() - startedAt > 20_000) return all;
  }
}

async function serving(options: Parameters<typeof startEnsemble>[0] = {}): Promise<Ensemble> {
  const ensemble = await startEnsemble({ jetStream: true, ...options });
  await eventually("an epoch is established", () => ensemble.leader() !== undefined);
  return ensemble;
}

const ids = (all: readonly Event[]) => all.map(({ headers }) => headers["Nats-Msg-Id"]);
const hex = (result: TxnResult) => `0x${result.zxid.toString(16)}`;

describe("a leader", () => {
  it(
    "puts one event per change into the stream, exact and in order",
    async () => {
      const ensemble = await serving();
      const { gateway } = ensemble;
      const password = "0123456789abcdef";
      const session = await gateway.submit({ type: "createSession", timeoutMs: 60_000, password });
      const made = await gateway.submit(create("/a"));
      await gateway.submit(create("/a"));
      const multi = await gateway.submit({
        type: "multi",
        operations: [create("/a/b.c"), set("/a", "größe"), set("/a/b.c", "2")],
      });
      await gateway.submit(create("/e 1", { mode: CreateMode.EPHEMERAL }), session.zxid);
      await gateway.submit(create("/e*2", { mode: CreateMode.EPHEMERAL }), session.zxid);
      const closed = await gateway.submit({ type: "closeSession", session: session.zxid });
      const all = await eventsOnce(ensemble, 8);
      expect(all.map(({ subject, event }) => [event.type, event.path, subject])).toEqual([
        ["NodeCreated", "/a", "meerkat.test.watch.a"],
        ["NodeCreated", "/a/b.c", "meerkat.test.watch.a.b%2Ec"],
        ["NodeDataChanged", "/a", "meerkat.test.watch.a"],
        ["NodeDataChanged", "/a/b.c", "meerkat.test.watch.a.b%2Ec"],
        ["NodeCreated", "/e 1", "meerkat.test.watch.e%201"],
        ["NodeCreated", "/e*2", "meerkat.test.watch.e%2A2"],
        ["NodeDeleted", "/e 1", "meerkat.test.watch.e%201"],
        ["NodeDeleted", "/e*2", "meerkat.test.watch.e%2A2"],
      ]);
      expect(ids(all)).toEqual([
        `${hex(made)}-0`,
        ...[0, 1, 2].map((index) => `${hex(multi)}-${index}`),
        ...all.slice(4, 6).map(({ event }) => `${event.zxid}-0`),
        ...[0, 1].map((index) => `${hex(closed)}-${index}`),
      ]);
      expect(all[2]?.event).toMatchObject({
        stat: { czxid: hex(made), mzxid: hex(multi), version: 1, numChildren: 1, cversion: 1 },
        session: "0x0",
      });
      expect(all[4]?.event.session).toBe(hex(session));
      expect(all[4]?.event.stat).toMatchObject({ ephemeralOwner: hex(session) });
    },
    LIMIT_MS,
  );

  it(
    "tells type and path alone of what not everybody may read, and what the rules say",
    async () => {
      const ensemble = await serving({
        environment: {
          MEERKAT_WATCH_DISCLOSURE: "/open=all,/quiet=none,/terse=path",
          MEERKAT_WATCH_DATA: "3",
        },
      });
      const { gateway } = ensemble;
      for (const path of ["/open", "/quiet", "/terse", "/other"]) {
        await gateway.submit(create(path, { acl: SECRET, data: "abc" }));
      }
      await gateway.submit(create("/large", { data: "abcd" }));
      await gateway.submit({ type: "setAcl", path: "/other", acl: OPEN_ACL_UNSAFE, version: -1 });
      await gateway.submit(set("/other", "now"));
      const all = await eventsOnce(ensemble, 6);
      const told = all.map(({ event: { path, data, withheld, stat } }) => {
        return [path, data, withheld, stat !== undefined];
      });
      expect(told).toEqual([
        ["/open", "abc", undefined, true],
        ["/terse", undefined, "acl", false],
        ["/other", undefined, "acl", false],
        ["/large", undefined, "data", true],
        ["/other", undefined, undefined, true],
        ["/other", "now", undefined, true],
      ]);
    },
    LIMIT_MS,
  );

  it(
    "goes on where its killed predecessor stopped, exactly",
    async () => {
      const ensemble = await serving();
      const { gateway } = ensemble;
      await gateway.submit(create("/counter"));
      for (let round = 0; round < 3; round += 1) {
        const sets = gateway.submitAll(
          Array.from({ length: 300 }, (_, n) => set("/counter", `${round}-${n}`)),
        );
        const leader = ensemble.leader();
        await leader?.kill();
        expect((await sets).every(({ type }) => type === "ok")).toBe(true);
        leader?.start();
        await eventually("it is back", () => {
          return ensemble.reports.get(leader?.id ?? 0)?.serverState === "FOLLOWING";
        });
      }
      const all = await eventsOnce(ensemble, 901);
      expect(all).toHaveLength(901);
      expect(all.map(({ sequence }) => sequence)).toEqual(all.map((_, i) => i + 1));
      expect(all.slice(1).map(({ event }) => event.stat?.version)).toEqual(
        Array.from({ length: 900 }, (_, i) => i + 1),
      );
      for (const { event } of all) expect(Object.keys(event.stat ?? {})).toHaveLength(11);
    },
    LIMIT_MS,
  );

  it(
    "lets transactions go on when JetStream has no room for the stream",
    async () => {
      const ensemble = await serving({
        jetStream: false,
        natsConfiguration: "jetstream { max_file_store: 2MB }",
      });
      const { gateway, bus } = ensemble;
      const heard: string[] = [];
      bus.subscribe(subjects.all, (_, subject) => heard.push(subject));
      await gateway.submit(create("/a"));
      const warning = () =>
        ensemble.replicas.flatMap(({ lines }) => lines).find((line) => /are not kept/.test(line));
      await eventually("it is noticed", () => warning() !== undefined);
      expect(warning()).toContain("insufficient storage");
      const results = await gateway.submitAll(
        Array.from({ length: 200 }, (_, n) => set("/a", String(n))),
      );
      expect(results.every(({ type }) => type === "ok")).toBe(true);
      await eventually("they are told all the same", () => heard.length >= 200);
    },
    LIMIT_MS,
  );

  it(
    "tells those who listen without JetStream, and fills the stream when there is one",
    async () => {
      const ensemble = await serving({ jetStream: false });
      const { gateway, nats, bus, folder } = ensemble;
      const heard: string[] = [];
      bus.subscribe(subjects.all, (bytes) =>
        heard.push(JSON.parse(Buffer.from(bytes).toString()).path),
      );
      await bus.flush();
      const warned = () =>
        ensemble.replicas.some(({ lines }) => lines.join().includes("Watch events are not kept"));
      await gateway.submit(create("/before"));
      await eventually("it is noticed that there is no JetStream", warned);
      for (let n = 0; n < 10; n += 1) await gateway.submit(create(`/n${n}`));
      await eventually("they are heard", () => heard.includes("/n9"));
      const paths = Array.from({ length: 10 }, (_, n) => `/n${n}`);
      expect(heard.filter((path) => path !== "/before")).toEqual(paths);
      await nats.stop();
      await using again = await startNatsServer({ port: nats.port, jetStreamDir: `${folder}/js` });
      const all = await eventsOnce(ensemble, 11);
      expect(all.map(({ event }) => event.path)).toEqual(["/before", ...paths]);
      expect(again.port).toBe(nats.port);
    },
    LIMIT_MS,
  );
});
