import { expect, it } from "vitest";
import { Gathering } from "../../src/pipeline/gathering.ts";

const LIMITS = { gatherTxns: 100, gatherMs: 10 };

/** A batch of `sent` was on its way from 0 to 2 ms; then so many were there. */
function free(gathering: Gathering, sent: number, count: number): boolean {
  gathering.sent(sent, 0);
  return gathering.isOver(count, 2);
}

it("waits for nobody after a pause, nor for a lone client", () => {
  const gathering = new Gathering(LIMITS);
  expect(gathering.isOver(1, 0)).toBe(true);
  expect(free(gathering, 1, 0)).toBe(false);
  expect(gathering.untilMs).toBeUndefined();
  expect(gathering.isOver(1, 3)).toBe(true);
});

it("waits for nearly all of those who were answered and those who are there", () => {
  const gathering = new Gathering(LIMITS);
  expect(free(gathering, 15, 15)).toBe(false);
  expect(gathering.isOver(26, 2.5)).toBe(false);
  expect(gathering.isOver(27, 2.6)).toBe(true);
});

it("waits no longer than three times what the batch before took, and than it may", () => {
  const gathering = new Gathering(LIMITS);
  free(gathering, 15, 5);
  expect(gathering.untilMs).toBe(8);
  gathering.sent(15, 0);
  gathering.isOver(5, 20);
  expect(gathering.untilMs).toBe(30);
  expect(gathering.isOver(5, 29)).toBe(false);
  expect(gathering.isOver(5, 30)).toBe(true);
  expect(free(new Gathering({ ...LIMITS, gatherMs: 0 }), 15, 5)).toBe(true);
});

it("waits for no swarm that makes several batches", () => {
  expect(free(new Gathering(LIMITS), 60, 30)).toBe(false);
  expect(free(new Gathering(LIMITS), 60, 40)).toBe(true);
});

it("gives up on clients that come as they like, and tries again later", () => {
  const gathering = new Gathering(LIMITS);
  const waits: boolean[] = [];
  for (let batch = 0; batch < 10; batch += 1) {
    waits.push(!free(gathering, 15, 5));
    gathering.isOver(5, 8);
  }
  expect(waits.map(Number)).toEqual([1, 0, 1, 0, 0, 1, 0, 0, 0, 0]);
});

it("goes on waiting for those who came", () => {
  const gathering = new Gathering(LIMITS);
  free(gathering, 15, 5);
  gathering.isOver(5, 8);
  expect(free(gathering, 15, 5)).toBe(true);
  for (let batch = 0; batch < 3; batch += 1) {
    expect(free(gathering, 15, 5)).toBe(false);
    expect(gathering.isOver(18, 3)).toBe(true);
  }
  free(gathering, 15, 5);
  gathering.isOver(5, 8);
  expect(free(gathering, 15, 5)).toBe(true);
  expect(free(gathering, 15, 5)).toBe(false);
});
