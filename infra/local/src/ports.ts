import { once } from "node:events";
import { createServer } from "node:net";
import { SetupError } from "./setup-error.ts";

/** One port that some process of the stack will listen on, and the flag that moves it. */
export interface PortUse {
  readonly port: number;
  readonly purpose: string;
  readonly flag: string;
}

/** @throws SetupError that names every port in use and the flag to choose another. */
export async function requireFreePorts(uses: readonly PortUse[]): Promise<void> {
  const taken: PortUse[] = [];
  for (const use of uses) {
    if (!(await isFree(use.port))) taken.push(use);
  }
  if (taken.length === 0) return;
  const lines = taken.map(
    ({ port, purpose, flag }) => `  127.0.0.1:${port} (${purpose}): choose another with ${flag}`,
  );
  throw new SetupError(`Another program is using:\n${lines.join("\n")}`);
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer();
  const failed = once(server, "error").then(() => false);
  server.listen(port, "127.0.0.1");
  const free = await Promise.race([once(server, "listening").then(() => true), failed]);
  if (free) await new Promise((resolve) => server.close(resolve));
  return free;
}
