import { resolve } from "node:path";
import type { Client } from "./client.ts";

const DRIVER = resolve(import.meta.dirname, "../../drivers/node/node-zookeeper-client/main.ts");

/** Pure JavaScript: it comes with the packages. */
export const nodeZookeeperClient: Client = {
  name: "node-zookeeper-client",
  prepare: async () => ({ command: process.execPath, args: [DRIVER] }),
};
