import { rmSync } from "node:fs";
import { eventually, startNatsServer } from "@meerkat/bus/testing";
import { CreateMode, OPEN_ACL_UNSAFE, type Operation } from "@meerkat/tree";
import { describe, expect, it } from "vitest";
import { type Ensemble, startEnsemble } from "./ensemble.ts";

const LIMIT_MS = 60_000;
const START_MS = 20_000;

function create(path: string, data = "x"): Operation {
  return { type: "create", path, data, acl: OPEN_ACL_UNSAFE, mode: CreateMode.PERSISTENT };
}

function setData(path: string, data: string): Operation {
  return { type: "setData", path, data, version: -1 };
}

/** All replicas have applied the same, and say the same of it. */
async function agree(ensemble: Ensemble, count = ensemble.replicas.length): Promise<void> {
  const zxid = ensemble.gateway.status.lastZxid;
  await eventually(
    `${count} replicas agree at ${zxid}`,
    () => {
      const reports = [...ensemble.reports.values()].filter((one) => one.appliedZxid >= zxid);
      return reports.length === count && new Set(reports.map((one) => one.digest)).size === 1;
    },
    START_MS,
  );
  const [report] = ensemble.reports.values();
  expect(report?.digest).toBe(ensemble.gateway.tree.digestHex);
}

async function serving(ensemble: Ensemble): Promise<void> {
  await eventually("an epoch is established", () => ensemble.leader() !== undefined, START_MS);
}

describe("three replicas", () => {
  it(
    "found an ensemble, order writes, answer barriers, and agree",
    async () => {
      const ensemble = await startEnsemble();
      const { gateway } = ensemble;
      await serving(ensemble);
      const created = await gateway.submit(create("/a"));
      expect(created.type).toBe("ok");
      const failed = await gateway.submit(create("/a"));
      expect(failed).toMatchObject({ type: "error", code: -110 });
      const many = await gateway.submitAll(
        Array.from({ length: 500 }, (_, n) => create(`/a/n${n}`)),
      );
      expect(many.every(({ type }) => type === "ok")).toBe(true);
      const last = many.at(-1)?.zxid ?? 0;
      expect(await gateway.barrier()).toBeGreaterThanOrEqual(last);
      await agree(ensemble);
    },
    LIMIT_MS,
  );

  it(
    "lose nothing when the leader is killed under load and comes back",
    async () => {
      const ensemble = await startEnsemble();
      const { gateway } = ensemble;
      await serving(ensemble);
      await gateway.submit(create("/counter"));
      let stopped = false;
      let written = 0;
      const writer = (async () => {
        while (!stopped) {
          const result = await gateway.submit(setData("/counter", String(written + 1)));
          expect(result.type).toBe("ok");
          written += 1;
        }
      })();
      await eventually("writes flow", () => written > 50);
      const first = ensemble.leader();
      await first?.kill();
      const killedAtMs = performance.now();
      const before = written;
      await eventually("writes flow again", () => written > before + 50, START_MS);
      const resumedAtMs = gateway.answeredAtMs.find((at) => at > killedAtMs + 20) ?? 0;
      console.info(`first answer ${Math.round(resumedAtMs - killedAtMs)} ms after the kill`);
      first?.start();
      await eventually(
        "it is back",
        () => ensemble.reports.get(first?.id ?? 0)?.serverState === "FOLLOWING",
        START_MS,
      );
      stopped = true;
      await writer;
      expect(gateway.tree.getData("/counter")?.data).toBe(String(written));
      expect(gateway.tree.stat("/counter")?.version).toBe(written);
      await agree(ensemble);
    },
    LIMIT_MS,
  );

  it(
    "keep everything when all are killed at once",
    async () => {
      const ensemble = await startEnsemble();
      const { gateway, replicas } = ensemble;
      await serving(ensemble);
      await gateway.submitAll(Array.from({ length: 200 }, (_, n) => create(`/n${n}`)));
      const digest = gateway.tree.digestHex;
      await Promise.all(replicas.map((replica) => replica.kill()));
      for (const replica of replicas) replica.start();
      await serving(ensemble);
      const barrier = await gateway.barrier();
      expect(barrier).toBeGreaterThan(0);
      expect(gateway.tree.digestHex).toBe(digest);
      await agree(ensemble);
    },
    LIMIT_MS,
  );

  it(
    "bring up one whose folder was emptied, by snapshot, while writes go on",
    async () => {
      const ensemble = await startEnsemble({
        environment: { MEERKAT_SNAPSHOT_TXNS: "500", MEERKAT_LOG_KEEP_BYTES: "0" },
      });
      const { gateway } = ensemble;
      await serving(ensemble);
      const batch = (turn: number): Operation[] =>
        Array.from({ length: 250 }, (_, n) => create(`/t${turn}-${n}`));
      for (let turn = 0; turn < 4; turn += 1) await gateway.submitAll(batch(turn));
      const follower = ensemble.replicas.find((one) => one.id !== ensemble.leader()?.id);
      await follower?.kill();
      rmSync(ensemble.dataDir(follower?.id ?? 0), { recursive: true });
      for (let turn = 4; turn < 10; turn += 1) await gateway.submitAll(batch(turn));
      follower?.start();
      for (let turn = 10; turn < 14; turn += 1) await gateway.submitAll(batch(turn));
      await eventually(
        "it has a voice again",
        () => {
          const report = ensemble.reports.get(follower?.id ?? 0);
          return report?.voice === true && report.appliedZxid === gateway.status.lastZxid;
        },
        START_MS,
      );
      expect(follower?.lines.join()).toContain("Snapshot of the leader installed");
      await agree(ensemble);
      const digest = gateway.tree.digestHex;
      await Promise.all(ensemble.replicas.map((replica) => replica.kill()));
      for (const replica of ensemble.replicas) replica.start();
      await serving(ensemble);
      await gateway.barrier();
      expect(gateway.tree.digestHex).toBe(digest);
      await agree(ensemble);
    },
    LIMIT_MS,
  );

  it(
    "outlive the NATS server",
    async () => {
      const ensemble = await startEnsemble();
      const { gateway, nats } = ensemble;
      await serving(ensemble);
      await gateway.submit(create("/a"));
      await nats.stop();
      const answer = gateway.submit(create("/b"));
      await using again = await startNatsServer({ port: nats.port });
      expect((await answer).type).toBe("ok");
      expect(gateway.tree.stat("/")?.numChildren).toBe(3);
      await agree(ensemble);
      expect(again.port).toBe(nats.port);
    },
    LIMIT_MS,
  );
});
