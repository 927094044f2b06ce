import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import type { Client } from "./client.ts";

const ROOT = resolve(import.meta.dirname, "../../../..");
const DRIVER = resolve(import.meta.dirname, "../../drivers/node/npm-zookeeper/main.ts");
const TOOLS = ["/usr/bin/make", "/usr/bin/g++", "/usr/bin/python3"];

/** The package says `DEFAULT` where newer versions of V8 have only nan's name for it. */
const MISSING_NAME = "#include <nan.h>\nusing Nan::DEFAULT;\n";

/**
 * The native binding of the C client. Its package brings no binary for Linux, but the C sources; with a compiler and
 * the headers that lie beside the pinned Node it is built once, in node_modules.
 */
export const npmZookeeper: Client = {
  name: "npm-zookeeper",
  prepare: async () => {
    const folder = dirname(dirname(fileURLToPath(import.meta.resolve("zookeeper"))));
    const isBuilt = (): boolean => existsSync(join(folder, "build", "zookeeper.node"));
    if (!isBuilt()) {
      const missing = build();
      if (missing !== undefined) return { missing };
      if (!isBuilt()) return { missing: "the package zookeeper could not be built" };
    }
    return { command: process.execPath, args: [DRIVER] };
  },
};

/** @returns what is missing. */
function build(): string | undefined {
  if (TOOLS.some((tool) => !existsSync(tool))) return "apt-get install make g++ python3";
  const headers = dirname(dirname(process.execPath));
  if (!existsSync(join(headers, "include", "node", "node.h"))) {
    return `no headers beside ${process.execPath}`;
  }
  const work = mkdtempSync(join(tmpdir(), "npm-zookeeper-"));
  const header = join(work, "missing-name.hpp");
  writeFileSync(header, MISSING_NAME);
  const env = { ...process.env, npm_config_nodedir: headers, CXXFLAGS: `-include ${header}` };
  const args = ["rebuild", "zookeeper", "--ignore-scripts=false"];
  spawnSync("npm", args, { cwd: ROOT, env, stdio: "ignore" });
  rmSync(work, { recursive: true });
  return undefined;
}
