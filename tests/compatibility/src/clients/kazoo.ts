import { existsSync } from "node:fs";
import { resolve } from "node:path";
import type { Client } from "./client.ts";
import { ensureDebianPackages } from "./debian-packages.ts";

const DRIVER = resolve(import.meta.dirname, "../../drivers/kazoo/main.py");
/** Debian's package belongs to Debian's Python, whatever other one is on the PATH. */
const PYTHON = "/usr/bin/python3";
const MODULE = "/usr/lib/python3/dist-packages/kazoo/client.py";

export const kazoo: Client = {
  name: "kazoo",
  prepare: async () => {
    const isHere = (): boolean => existsSync(PYTHON) && existsSync(MODULE);
    if (!isHere()) ensureDebianPackages(["python3-kazoo"]);
    if (!isHere()) return { missing: "apt-get install python3-kazoo" };
    return { command: PYTHON, args: ["-B", "-u", DRIVER] };
  },
};
