import { spawn } from "node:child_process";

/** A program ended badly; the message has its command and the end of what it wrote. */
export class CommandFailed extends Error {
  override readonly name = "CommandFailed";
}

const TAIL_LINES = 20;

/**
 * Runs a program and resolves to what it wrote to stdout.
 * @throws CommandFailed
 */
export async function run(
  [program = "", ...args]: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): Promise<string> {
  const child = spawn(program, args, {
    cwd: ROOT,
    env: { ...process.env, ...environment },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const output: Buffer[] = [];
  const errors: Buffer[] = [];
  child.stdout.on("data", (bytes: Buffer) => output.push(bytes));
  child.stderr.on("data", (bytes: Buffer) => errors.push(bytes));
  const { promise, resolve, reject } = Promise.withResolvers<number | null>();
  child.once("error", reject);
  child.once("close", resolve);
  const code = await promise;
  const text = Buffer.concat(output).toString();
  if (code === 0) return text;
  const tail = `${text}${Buffer.concat(errors)}`.trimEnd().split("\n").slice(-TAIL_LINES);
  const command = [program, ...args].join(" ");
  throw new CommandFailed(`\`${command}\` ended with ${code}:\n${tail.join("\n")}`);
}

/** Root of the repository: where docker-compose.yml is. */
export const ROOT = new URL("../../..", import.meta.url).pathname;
