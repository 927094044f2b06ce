import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import type { Client } from "./client.ts";
import { compileOnce } from "./compile-once.ts";

const SOURCES = resolve(import.meta.dirname, "../../drivers/c");
const COMPILER = "/usr/bin/gcc";
const INCLUDE = "/usr/include/zookeeper";

/** The C client, which many bindings of other languages are made of: its threaded library and a program of ours. */
export const c: Client = {
  name: "c",
  prepare: async () => {
    if (!existsSync(COMPILER) || !existsSync(INCLUDE)) {
      return { missing: "apt-get install libzookeeper-mt-dev gcc libc6-dev" };
    }
    const folder = compileOnce({
      name: "c",
      folder: SOURCES,
      sources: "*.{c,h}",
      product: "driver",
      command: (sources, output) => [
        COMPILER,
        ...["-O1", "-DTHREADED", "-I", INCLUDE, "-o", join(output, "driver")],
        ...sources.filter((source) => source.endsWith(".c")),
        ...["-lzookeeper_mt", "-lpthread"],
      ],
    });
    return { command: join(folder, "driver"), args: [] };
  },
};
