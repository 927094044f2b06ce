import type { OrderedStream, Trimmed } from "@meerkat/bus";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { StreamTrimmer } from "../../src/watch/stream-trimmer.ts";

/** When each stride began, ms, and how many messages it was to drop. */
let strides: { atMs: number; count: number }[];
let isResting: boolean;
let answer: Trimmed;

let messageMs: number;
let warnings: string[];

/** Each message takes a while. */
const stream = {
  trim: async (count: number) => {
    strides.push({ atMs: performance.now(), count });
    await new Promise((resolve) => setTimeout(resolve, count * messageMs));
    return answer;
  },
} as Pick<OrderedStream, "trim"> as OrderedStream;

const log = { warn: (_: object, message: string) => void warnings.push(message) };

async function run(forMs: number): Promise<void> {
  const trimmer = new StreamTrimmer(log, () => isResting);
  trimmer.begin(stream);
  trimmer.stored(20_000);
  await vi.advanceTimersByTimeAsync(forMs);
  trimmer.end();
}

function busyShare(): number {
  const spans = strides.slice(3);
  const first = spans[0]?.atMs ?? 0;
  const last = spans.at(-1)?.atMs ?? 0;
  const busyMs = spans.slice(0, -1).reduce((sum, { count }) => sum + count * messageMs, 0);
  return busyMs / (last - first);
}

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "performance"] });
  strides = [];
  isResting = false;
  messageMs = 0.2;
  warnings = [];
  answer = { hasMore: true, urgency: 0 };
});
afterEach(() => void vi.useRealTimers());

it("takes short strides, and little of a busy server's time", async () => {
  await run(60_000);
  expect(strides[0]?.count).toBe(500);
  expect(strides.at(-1)?.count).toBe(100);
  expect(busyShare()).toBeCloseTo(0.02, 2);
});

it("takes more of it the nearer JetStream's own bounds are, and when there is time", async () => {
  answer = { hasMore: true, urgency: 0.5 };
  await run(10_000);
  expect(busyShare()).toBeCloseTo(0.385, 1);
  answer = { hasMore: true, urgency: 0 };
  strides = [];
  isResting = true;
  await run(10_000);
  expect(busyShare()).toBeCloseTo(0.75, 1);
});

it("looks again only much later when nothing is left", async () => {
  answer = { hasMore: false, urgency: 0 };
  await run(299_000);
  expect(strides).toHaveLength(1);
});

it("says once that the NATS server drops events slowly", async () => {
  await run(60_000);
  expect(warnings).toHaveLength(0);
  messageMs = 2;
  await run(600_000);
  expect(strides.at(-1)?.count).toBe(30);
  expect(warnings).toHaveLength(1);
  expect(warnings[0]).toContain("takes 60 ms to drop the 30 oldest watch events");
});
