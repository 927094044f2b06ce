import { createServer } from "node:net";
import { describe, expect, it } from "vitest";
import { EchoSystem } from "../src/zookeeper/echo-system.ts";
import { runLoad } from "../src/zookeeper/run-load.ts";

const PORT_BASE = 28_900;
const DEADLINE_MS = 60_000;
const SHORT = { connections: 3, window: 10, warmUpMs: 10, measureMs: 50 };

describe("the load generator", () => {
  it("has its requests answered, and says what that cost", { timeout: DEADLINE_MS }, async () => {
    await using echo = await EchoSystem.start(PORT_BASE);
    const { ports, groups } = echo;
    for (const workload of ["get", "mixed", "multi"]) {
      const result = await runLoad({ workload, ports, groups, ...SHORT });
      expect(result.replies).toBeGreaterThan(0);
      expect(result.samples).toBeGreaterThan(0);
      expect(result.p50Us).toBeLessThanOrEqual(result.p99Us);
      expect(result.versionsAdded === 0).toBe(workload === "get");
    }
  });

  it("fails when a server closes a connection", { timeout: DEADLINE_MS }, async () => {
    const server = createServer((socket) => socket.destroy());
    await new Promise<void>((resolve) => server.listen(PORT_BASE, "127.0.0.1", resolve));
    const run = runLoad({ workload: "get", ports: [PORT_BASE], groups: {}, ...SHORT });
    await expect(run).rejects.toThrow();
    server.close();
  });
});
