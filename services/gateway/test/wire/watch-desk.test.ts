import { DataTree, EventType, OPEN_ACL_UNSAFE, WatchKind } from "@meerkat/tree";
import { beforeEach, expect, it } from "vitest";
import { WatchDesk, type Watcher } from "../../src/wire/watch-desk.ts";

const BYTES_MAX = 1_000;

class Recorder implements Watcher {
  readonly credentials = [];
  frames = 0;
  complaints = 0;

  notify(): void {
    this.frames += 1;
  }

  onTooManyWatches(): void {
    this.complaints += 1;
  }
}

let desk: WatchDesk;
let recorder: Recorder;
let id: number;

beforeEach(() => {
  const tree = new DataTree();
  desk = new WatchDesk(() => tree, BYTES_MAX);
  recorder = new Recorder();
  id = desk.open(recorder);
});

const watch = (path: string): void => desk.add(path, id, WatchKind.DATA);
const change = (path: string): void =>
  desk.onEvent(EventType.NodeDataChanged, path, 1, OPEN_ACL_UNSAFE);

it("bounds what one watcher watches, by its paths", () => {
  watch(`/${"a".repeat(800)}`);
  expect(recorder.complaints).toBe(0);
  watch(`/${"b".repeat(800)}`);
  expect(recorder.complaints).toBe(1);
});

it("does not count watches that have fired", () => {
  for (let round = 0; round < 100; round += 1) {
    watch(`/node-${round}`);
    change(`/node-${round}`);
  }
  expect(recorder).toMatchObject({ frames: 100, complaints: 0 });
});

it("does not count a watch twice that is set again", () => {
  for (let round = 0; round < 100; round += 1) watch("/node");
  expect(recorder.complaints).toBe(0);
});
