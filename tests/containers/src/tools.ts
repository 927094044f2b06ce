import { run } from "./command.ts";

/** The programs that this machine has for containers. */
export interface Tools {
  /** docker or podman. */
  readonly engine: string;
  /** `docker compose` or `podman-compose`, as its words. */
  readonly compose: readonly string[];
}

/** This machine has no containers; the message says what is missing. */
export class ToolsMissing extends Error {
  override readonly name = "ToolsMissing";
}

const PAIRS: readonly Tools[] = [
  { engine: "docker", compose: ["docker", "compose"] },
  { engine: "podman", compose: ["podman-compose"] },
  { engine: "podman", compose: ["podman", "compose"] },
];

/** The first pair that works. @throws ToolsMissing */
export async function findTools(): Promise<Tools> {
  const reasons: string[] = [];
  for (const tools of PAIRS) {
    const reason = await whyNot(tools);
    if (reason === undefined) return tools;
    reasons.push(`  ${tools.engine} with ${tools.compose.join(" ")}: ${reason}`);
  }
  throw new ToolsMissing(
    `Containers cannot be run here:\n${reasons.join("\n")}\n` +
      "Install Docker with its compose plugin, or podman and podman-compose, and let this user use them.",
  );
}

async function whyNot({ engine, compose }: Tools): Promise<string | undefined> {
  try {
    await run([engine, "ps", "--quiet"]);
    await run([...compose, "version"]);
    return undefined;
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return message.split("\n").at(-1);
  }
}
