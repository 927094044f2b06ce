import { c } from "./c.ts";
import type { Client } from "./client.ts";
import { curator, java } from "./java.ts";
import { kazoo } from "./kazoo.ts";
import { nodeZookeeperClient } from "./node-zookeeper-client.ts";
import { npmZookeeper } from "./npm-zookeeper.ts";
import { zkcli } from "./zkcli.ts";

/** Those that `npm test` can have everywhere come first. */
export const CLIENTS: readonly Client[] = [
  kazoo,
  nodeZookeeperClient,
  java,
  curator,
  c,
  npmZookeeper,
  zkcli,
];
