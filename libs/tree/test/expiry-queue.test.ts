import fc from "fast-check";
import { expect, test } from "vitest";
import { ExpiryQueue } from "../src/session/expiry-queue.ts";

const BUCKET_MS = 50;

test("a session expires within a bucket's width after its timeout, and never before", () => {
  const queue = new ExpiryQueue(BUCKET_MS);
  queue.touch(1, 1000, 20);
  expect(queue.deadlineOf(1)).toBe(1050);
  expect(queue.expire(1049)).toEqual([]);
  expect(queue.expire(1050)).toEqual([1]);
  expect(queue.has(1)).toBe(false);
});

test("a touch puts the deadline off, a removal ends the watch", () => {
  const queue = new ExpiryQueue(BUCKET_MS);
  queue.touch(1, 100, 0);
  queue.touch(2, 100, 0);
  queue.touch(3, 100, 0);
  queue.touch(1, 100, 90);
  queue.remove(2);
  queue.remove(7);
  expect(queue.expire(150)).toEqual([3]);
  expect(queue.size).toBe(1);
  expect(queue.expire(10_000)).toEqual([1]);
});

test("after a long pause all are due, earliest first", () => {
  const queue = new ExpiryQueue(BUCKET_MS);
  queue.touch(1, 900, 0);
  queue.touch(2, 100, 0);
  queue.touch(3, 500, 0);
  expect(queue.expire(100_000)).toEqual([2, 3, 1]);
  queue.touch(4, 100, 100_000);
  queue.clear();
  expect(queue.expire(1_000_000)).toEqual([]);
});

test("is the same as looking at every session each time", () => {
  const anyStep = fc.record({
    session: fc.integer({ min: 1, max: 5 }),
    timeoutMs: fc.integer({ min: 1, max: 400 }),
    elapsedMs: fc.integer({ min: 0, max: 200 }),
    removes: fc.boolean(),
  });
  fc.assert(
    fc.property(fc.array(anyStep), (steps) => {
      const queue = new ExpiryQueue(BUCKET_MS);
      const deadlines = new Map<number, number>();
      let now = 0;
      for (const { session, timeoutMs, elapsedMs, removes } of steps) {
        now += elapsedMs;
        const due = [...deadlines].filter(([, deadline]) => deadline <= now).map(([id]) => id);
        expect(queue.expire(now).sort()).toEqual(due.sort());
        for (const id of due) deadlines.delete(id);
        if (removes) {
          queue.remove(session);
          deadlines.delete(session);
        } else {
          queue.touch(session, timeoutMs, now);
          deadlines.set(session, (Math.floor((now + timeoutMs) / BUCKET_MS) + 1) * BUCKET_MS);
        }
      }
    }),
  );
});
