import { MeerkatTarget } from "./meerkat-target.ts";
import type { Target } from "./target.ts";
import { ZooKeeperTarget } from "./zookeeper-target.ts";

/** Each its own ports, so that one may still let go of them while the other starts. */
const OFFSETS = { zookeeper: 0, meerkat: 20 };

export function startTarget(name: Target["name"], portBase: number): Promise<Target> {
  const first = portBase + OFFSETS[name];
  return name === "zookeeper" ? ZooKeeperTarget.start(first) : MeerkatTarget.start(first);
}
