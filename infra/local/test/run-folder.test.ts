import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { requireFreePorts } from "../src/ports.ts";
import { RunFolder } from "../src/run-folder.ts";

let dataDir: string;
beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), "meerkat-run-"));
});
afterEach(() => rmSync(dataDir, { recursive: true }));

describe("RunFolder", () => {
  it("refuses a folder whose processes still run, and says how to end them", () => {
    const folder = new RunFolder(dataDir);
    const child = spawn("sh", ["-c", "sleep 30 # infra/local/src", "nats-server"]);
    try {
      folder.writePid("replica-1", child.pid ?? 0);
      expect(() => folder.refuseIfInUse()).toThrow(`kill ${child.pid}`);
    } finally {
      child.kill();
    }
  });

  it("clears the pid file of a process that is gone", () => {
    const folder = new RunFolder(dataDir);
    folder.writePid("replica-1", 2 ** 22 + 1);
    folder.refuseIfInUse();
    expect(existsSync(folder.pidFile("replica-1"))).toBe(false);
  });

  it("says so when the folder cannot be made", () => {
    writeFileSync(join(dataDir, "file"), "");
    expect(() => new RunFolder(join(dataDir, "file"))).toThrow("Choose another with --data");
  });
});

describe("requireFreePorts", () => {
  it("names each port in use and the flag that moves it", async () => {
    const server = createServer().listen(0, "127.0.0.1");
    await new Promise((resolve) => server.once("listening", resolve));
    const address = server.address();
    const port = typeof address === "object" && address !== null ? address.port : 0;
    const use = { port, purpose: "nats-1", flag: "--nats-port" };
    await expect(requireFreePorts([use])).rejects.toThrow(
      `127.0.0.1:${port} (nats-1): choose another with --nats-port`,
    );
    await new Promise((resolve) => server.close(resolve));
    await requireFreePorts([use]);
  });
});
