import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import type { CpuProfile } from "./cpu-profile.ts";
import { summarise } from "./profile-summary.ts";

/** node bench/src/zookeeper/summarise-profile.ts [--top 30] FILE.cpuprofile … */
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { top: { type: "string", default: "30" } },
});
for (const path of positionals) {
  const profile = JSON.parse(readFileSync(path, "utf8")) as CpuProfile;
  process.stdout.write(`${path}\n${summarise(profile, Number(values.top))}\n\n`);
}
