import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DEFAULT_OPTIONS, Stack, type StackOptions } from "@meerkat/local";
import { NODES, nodePath } from "./workloads.ts";

/** A stack of its own, in a temporary folder, on ports beside those of `npm start`. */
export async function withStack(
  use: (stack: Stack) => Promise<void>,
  overrides: Partial<StackOptions> = {},
): Promise<void> {
  const dataDir = mkdtempSync(join(tmpdir(), "meerkat-bench-"));
  const options = {
    ...DEFAULT_OPTIONS,
    dataDir,
    natsPort: 14_922,
    httpPort: 18_080,
    zookeeperPort: 18_180,
    ...overrides,
  };
  const stack = await Stack.start(options, (line) => process.stderr.write(`${line}\n`));
  const stop = async (): Promise<void> => {
    await stack.stop();
    rmSync(dataDir, { recursive: true, force: true });
  };
  process.once("SIGINT", () => void stop().then(() => process.exit(130)));
  try {
    await stack.ready();
    await use(stack);
  } finally {
    await stop();
  }
}

export async function makeNodes(url: string): Promise<void> {
  const create = (path: string) => ({ op: "createIfNotExists", path, data: "" });
  const nodes = Array.from({ length: NODES }, (_, n) => create(nodePath(n)));
  const response = await fetch(`${url}/v1/transactions`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ ops: [create("/bench"), ...nodes] }),
  });
  if (!response.ok) throw new Error(`cannot make the nodes: ${await response.text()}`);
}
