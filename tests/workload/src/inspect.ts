import { execFileSync } from "node:child_process";
import { join, resolve } from "node:path";

export interface LoggedTxn {
  readonly zxid: string;
  readonly body?: {
    readonly type: string;
    readonly code?: number;
    readonly opIndex?: number;
    /** What it changed, and what went with a closed session. */
    readonly records?: readonly { readonly type: string; readonly path: string }[];
    readonly paths?: readonly string[];
  };
}

const INSPECT = resolve(import.meta.dirname, "../../../services/replica/src/inspect.ts");

/** The log of a stopped replica, as `npm run inspect` prints it. */
export function inspectLog(dataDir: string, replica: string): readonly LoggedTxn[] {
  const output = execFileSync(process.execPath, [INSPECT, join(dataDir, replica)], {
    encoding: "utf8",
    maxBuffer: 512 * 1024 * 1024,
  });
  return parseLog(output);
}

/** One JSON object per line. */
export function parseLog(output: string): readonly LoggedTxn[] {
  const lines = output.split("\n").filter((line) => line !== "");
  return lines.map((line) => JSON.parse(line) as LoggedTxn);
}
