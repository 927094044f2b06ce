import { readFileSync } from "node:fs";
import { until } from "@meerkat/workload";
import { expect, it } from "vitest";
import { Ensemble } from "../src/ensemble.ts";

/** Resident memory that no process of the stack may pass, in this test or in any state (docs/operations.md). */
const RESIDENT_MAX_MB = 400;
const CLIENTS = 200;

function residentMb(pid: number): number {
  const status = readFileSync(`/proc/${pid}/status`, "utf8");
  return Number(/^VmRSS:\s+(\d+) kB/m.exec(status)?.[1] ?? "0") / 1024;
}

it("without a quorum 200 clients get a fair 503 with Retry-After, memory stays bounded, and service comes back", async () => {
  await using ensemble = await Ensemble.start();
  await using client = ensemble.client();
  await client.create("/load", "");
  const replicas = ["replica-1", "replica-2", "replica-3"];
  const stopped = replicas.slice(1);
  for (const name of stopped) ensemble.stack.process(name).signal("SIGSTOP");

  const answers: { status: number; retryAfter: unknown; tookMs: number }[] = [];
  let running = true;
  const loops = Array.from({ length: CLIENTS }, async () => {
    await using one = ensemble.client();
    while (running) {
      const startMs = performance.now();
      const data = "x".repeat(10_000);
      const answer = await one.request("PUT", "/v1/znodes/load", { json: { data } });
      const retryAfter = answer.headers["retry-after"];
      answers.push({ status: answer.status, retryAfter, tookMs: performance.now() - startMs });
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  });
  await until("refusals", () => {
    const refused = answers.filter(({ status }) => status === 503);
    return refused.length >= 5 * CLIENTS ? true : undefined;
  });
  const health = await client.request("GET", "/health/ready");
  expect(health.status).toBe(503);
  for (const name of ensemble.stack.names) {
    const pid = ensemble.stack.process(name).pid ?? 0;
    expect(residentMb(pid), name).toBeLessThan(RESIDENT_MAX_MB);
  }

  for (const name of stopped) ensemble.stack.process(name).signal("SIGCONT");
  const seen = answers.length;
  await until("writes succeed again", () =>
    answers.slice(seen).some(({ status }) => status === 200) ? true : undefined,
  );
  running = false;
  await Promise.all(loops);
  for (const { status, retryAfter } of answers) {
    expect([200, 503]).toContain(status);
    if (status === 503) expect(Number(retryAfter)).toBeGreaterThanOrEqual(1);
  }
  // Nobody waited without end: the longest wait is the request timeout and a little.
  expect(Math.max(...answers.map(({ tookMs }) => tookMs))).toBeLessThan(15_000);
}, 90_000);
