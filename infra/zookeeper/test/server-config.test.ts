import { mkdtempSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { portsOf, writeServerConfig } from "../src/server-config.ts";

describe("configuration of a ZooKeeper server", () => {
  it("gives every server three ports of its own", () => {
    const all = [1, 2, 3].flatMap((id) => Object.values(portsOf(id, 2_000, 3)));
    expect(new Set(all).size).toBe(9);
    expect(portsOf(2, 2_000, 3).client).toBe(2_001);
  });

  it("writes zoo.cfg with the members and what was asked for", () => {
    const dataDir = mkdtempSync(join(tmpdir(), "zoo-cfg-"));
    const settings = { tickTime: 100 };
    const path = writeServerConfig({ id: 2, servers: 3, portBase: 2_000, dataDir, settings });
    const text = readFileSync(path, "utf8");
    expect(text).toContain("tickTime=100\n");
    expect(text).toContain("clientPort=2001\n");
    expect(text).toContain("server.3=127.0.0.1:2005:2008\n");
    expect(readFileSync(join(dataDir, "zookeeper-2", "myid"), "utf8")).toBe("2\n");
  });
});
