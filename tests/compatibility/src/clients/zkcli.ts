import { existsSync } from "node:fs";
import { resolve } from "node:path";
import type { Client } from "./client.ts";

const DRIVER = resolve(import.meta.dirname, "../../drivers/node/zkcli/main.ts");

/** What a person types at zkCli.sh, and what they read. */
export const zkcli: Client = {
  name: "zkcli",
  prepare: async () => {
    const needed = ["/usr/share/zookeeper/bin/zkCli.sh", "/usr/bin/java"];
    if (needed.some((path) => !existsSync(path))) return { missing: "apt-get install zookeeper" };
    return { command: process.execPath, args: [DRIVER] };
  },
};
