import { eventually } from "@meerkat/bus/testing";
import { CreateMode, OPEN_ACL_UNSAFE, type Operation } from "@meerkat/tree";
import { expect, it } from "vitest";
import { startEnsemble } from "./ensemble.ts";

const LIMIT_MS = 60_000;
const START_MS = 20_000;

function create(path: string, data = "x"): Operation {
  return { type: "create", path, data, acl: OPEN_ACL_UNSAFE, mode: CreateMode.PERSISTENT };
}

it(
  "a leader that stood still does no harm when it goes on",
  async () => {
    const ensemble = await startEnsemble();
    const { gateway } = ensemble;
    await eventually("an epoch", () => ensemble.leader() !== undefined, START_MS);
    await gateway.submit(create("/a"));
    const first = ensemble.leader();
    first?.signal("SIGSTOP");
    await gateway.submit(create("/b"));
    expect(ensemble.leader()?.id).not.toBe(first?.id);
    first?.signal("SIGCONT");
    await gateway.submitAll([create("/c"), create("/d")]);
    const zxid = gateway.status.lastZxid;
    await eventually(
      "all agree",
      () => {
        const reports = [...ensemble.reports.values()].filter((one) => one.appliedZxid === zxid);
        return reports.length === 3 && new Set(reports.map(({ digest }) => digest)).size === 1;
      },
      START_MS,
    );
    expect(gateway.tree.digestHex).toBe([...ensemble.reports.values()][0]?.digest);
  },
  LIMIT_MS,
);

it(
  "a replica whose disk is full stops with the reason, and acknowledges nothing of it",
  async () => {
    const ensemble = await startEnsemble({
      size: 1,
      environment: { MEERKAT_DATA_BYTES_MAX: String(1024 * 1024) },
    });
    const { gateway, replicas } = ensemble;
    await eventually("an epoch", () => ensemble.leader() !== undefined, START_MS);
    await gateway.submit(create("/a"));
    let answered = 1;
    for (let n = 0; n < 20; n += 1) {
      void gateway.submit(create(`/big${n}`, "x".repeat(100_000))).then(() => {
        answered += 1;
      });
    }
    expect(await replicas[0]?.exited()).toBe(1);
    expect(replicas[0]?.lines.at(-1)).toContain("It is full: make room");
    expect(answered).toBeLessThan(21);
    expect(gateway.tree.znodeCount).toBeLessThan(4 + 21);
  },
  LIMIT_MS,
);

it(
  "a session that nobody touches is closed with its ephemerals, and an empty container goes",
  async () => {
    const ensemble = await startEnsemble({
      size: 1,
      environment: { MEERKAT_REAPER_INTERVAL_MS: "200" },
    });
    const { gateway } = ensemble;
    await eventually("an epoch", () => ensemble.leader() !== undefined, START_MS);
    const password = "0123456789abcdef";
    const opened = await gateway.submit({ type: "createSession", timeoutMs: 500, password });
    const session = opened.type === "session" ? opened.session : 0;
    const ephemeral = { ...create("/e"), mode: CreateMode.EPHEMERAL } as Operation;
    expect((await gateway.submit(ephemeral, session)).type).toBe("ok");
    const container = { ...create("/c"), mode: CreateMode.CONTAINER } as Operation;
    await gateway.submitAll([container, create("/c/child")]);
    await gateway.submit({ type: "delete", path: "/c/child", version: -1 });
    await eventually("the container is gone", () => !gateway.tree.has("/c"), START_MS);
    expect(gateway.tree.has("/e")).toBe(true);
    gateway.touches = false;
    await eventually("the ephemeral is gone", () => !gateway.tree.has("/e"), START_MS);
    expect(gateway.tree.session(session)).toBeUndefined();
  },
  LIMIT_MS,
);
