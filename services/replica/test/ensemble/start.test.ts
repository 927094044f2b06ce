import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { startNatsServer } from "@meerkat/bus/testing";
import { describe, expect, it, onTestFinished } from "vitest";
import { newFolder, open } from "../storage/folder.ts";
import { ReplicaProcess } from "./replica-process.ts";

const LIMIT_MS = 60_000;

/** Starts a replica that cannot start, and returns its exit code and last words. */
async function failure(environment: Readonly<Record<string, string>>, id = 1) {
  const replica = new ReplicaProcess(id, environment);
  onTestFinished(() => replica.kill());
  replica.start();
  const code = await replica.exited();
  return { code, words: replica.lines.join("\n") };
}

function environmentFor(folder: string, url = "nats://127.0.0.1:1"): Record<string, string> {
  return {
    MEERKAT_SERVERS: "1,2,3",
    MEERKAT_ENSEMBLE: "test",
    MEERKAT_DATA_DIR: folder,
    MEERKAT_NATS_URL: url,
  };
}

describe("a replica that cannot start says why, and ends with code 1", () => {
  it(
    "without its variables",
    async () => {
      const { code, words } = await failure({ MEERKAT_TICK_TIME_MS: "soon" });
      expect(code).toBe(1);
      expect(words).toContain("MEERKAT_SERVERS: is required");
      expect(words).toContain("MEERKAT_DATA_DIR: is required");
      expect(words).toContain("MEERKAT_TICK_TIME_MS");
    },
    LIMIT_MS,
  );

  it(
    "with an id that is none of the servers",
    async () => {
      const { code, words } = await failure(environmentFor(newFolder()), 4);
      expect(code).toBe(1);
      expect(words).toContain("MEERKAT_SERVER_ID is 4, but MEERKAT_SERVERS names only 1, 2, 3");
    },
    LIMIT_MS,
  );

  it(
    "with the folder of another server",
    async () => {
      const folder = newFolder();
      await (await open(folder)).storage.close();
      const { code, words } = await failure(environmentFor(folder), 2);
      expect(code).toBe(1);
      expect(words).toContain("belongs to server 1, not to server 2");
      expect(words).not.toContain("stack");
    },
    LIMIT_MS,
  );

  it(
    "with a folder that another process uses",
    async () => {
      const folder = newFolder();
      await open(folder);
      const { code, words } = await failure(environmentFor(folder));
      expect(code).toBe(1);
      expect(words).toContain("in use by another process");
    },
    LIMIT_MS,
  );

  it(
    "with a folder that cannot be written",
    async () => {
      const file = join(newFolder(), "file");
      writeFileSync(file, "");
      const { code, words } = await failure(environmentFor(join(file, "data")));
      expect(code).toBe(1);
      expect(words).toContain("MEERKAT_DATA_DIR");
    },
    LIMIT_MS,
  );

  it(
    "with a NATS server whose messages are too small",
    async () => {
      await using nats = await startNatsServer({ maxPayloadBytes: 1024 * 1024 });
      const { code, words } = await failure(environmentFor(newFolder(), nats.url));
      expect(code).toBe(1);
      expect(words).toContain("max_payload");
    },
    LIMIT_MS,
  );
});

it(
  "explains every variable on --help",
  async () => {
    const replica = new ReplicaProcess(1, {}, ["--help"]);
    replica.start();
    expect(await replica.exited()).toBe(0);
    for (const name of ["MEERKAT_SERVER_ID", "MEERKAT_DATA_DIR", "MEERKAT_SNAPSHOT_TXNS"]) {
      expect(replica.lines.join("\n")).toContain(name);
    }
  },
  LIMIT_MS,
);

it(
  "stops in order on SIGTERM",
  async () => {
    await using nats = await startNatsServer();
    const folder = newFolder();
    const replica = new ReplicaProcess(1, environmentFor(folder, nats.url));
    onTestFinished(() => replica.kill());
    replica.start();
    await expect.poll(() => replica.lines.join(), { timeout: 20_000 }).toContain("Connected");
    replica.signal("SIGTERM");
    expect(await replica.exited()).toBe(0);
    expect((await open(folder)).loaded.damage).toEqual([]);
  },
  LIMIT_MS,
);
