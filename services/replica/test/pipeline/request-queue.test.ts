import { expect, it } from "vitest";
import { RequestQueue } from "../../src/pipeline/request-queue.ts";
import { batchOf, create, drain, encoded } from "./requests.ts";

it("puts the leader's own requests first, numbered by themselves", () => {
  const queue = new RequestQueue(1_000_000);
  queue.push({ ...batchOf(1, 1), skip: 0 });
  queue.pushOwn({ type: "closeSession", session: 5 });
  queue.pushOwn({ type: "noop" });
  expect(drain(queue)).toEqual(["0:1 closeSession", "0:2 noop", "7:1 create /1"]);
});

it("says how many bytes a request took, and keeps it until it is taken", () => {
  const queue = new RequestQueue(1_000_000);
  const requests = encoded([create("/1"), create("/longer")]);
  queue.push({ gateway: 7, first: 1, count: 2, requests, skip: 0 });
  const first = queue.peek();
  expect(queue.peek()).toBe(first);
  const firstBytes = queue.nextBytes;
  queue.advance();
  queue.peek();
  expect(firstBytes + queue.nextBytes).toBe(requests.byteLength);
});

it("refuses what cannot be read, and everything behind it in the same message", () => {
  const queue = new RequestQueue(1_000_000);
  const good = encoded([create("/1")]);
  const requests = Uint8Array.from([...good, 99, 99, 99]);
  queue.push({ gateway: 7, first: 1, count: 3, requests, skip: 0 });
  queue.push({ ...batchOf(4, 1), skip: 0 });
  expect(drain(queue)).toEqual([
    "7:1 create /1",
    "7:2 setData unreadable",
    "7:3 setData unreadable",
    "7:4 create /4",
  ]);
});
