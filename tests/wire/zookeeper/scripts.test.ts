import { isZooKeeperInstalled } from "@meerkat/zookeeper";
import { afterAll, beforeAll, describe } from "vitest";
import { runningTarget } from "../src/config.ts";
import { playScripts } from "../src/play-scripts.ts";
import { parseTarget, type Target } from "../src/target.ts";
import { ZooKeeperTarget } from "../src/zookeeper-target.ts";

// What the scripts expect is what this server said: it must still say so, and REWRITE=1 records it.
describe.runIf(isZooKeeperInstalled() || runningTarget !== undefined)("ZooKeeper", () => {
  let zookeeper: ZooKeeperTarget | undefined;
  let target: Target;

  beforeAll(async () => {
    if (runningTarget === undefined) zookeeper = await ZooKeeperTarget.start();
    target = zookeeper?.target ?? parseTarget(runningTarget ?? "");
  });
  afterAll(() => zookeeper?.[Symbol.asyncDispose]());

  playScripts(`${import.meta.dirname}/../scripts`, () => target);
});
