import { parseArgs } from "node:util";
import type { Zxid } from "@meerkat/zab";
import { inspectLog } from "./storage/inspect-log.ts";
import { StorageRefused } from "./storage/storage-refused.ts";

const HELP = `Prints the log of a stopped replica, one JSON object per transaction.

  npm run inspect -- data/replica-1 [--after 0x100000000]
`;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { after: { type: "string", default: "0x0" }, help: { type: "boolean" } },
});

const [dataDir] = positionals;
const after = Number(values.after);
if (values.help === true || dataDir === undefined || !Number.isSafeInteger(after) || after < 0) {
  process.stdout.write(HELP);
  process.exit(values.help === true ? 0 : 1);
}

try {
  for (const entry of inspectLog(dataDir, after as Zxid)) {
    process.stdout.write(`${JSON.stringify(entry)}\n`);
  }
} catch (error) {
  if (!(error instanceof StorageRefused)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}
