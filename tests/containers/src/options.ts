import { parseArgs } from "node:util";

export interface Options {
  readonly build: boolean;
  readonly keep: boolean;
  readonly writers: number;
  readonly rounds: number;
}

/** A flag that a person got wrong; the message names it. */
export class OptionError extends Error {
  override readonly name = "OptionError";
}

export const HELP = `Brings docker-compose.yml up, takes it apart under load, and compares what was acknowledged with what every replica has.

  npm run containers -- [options]

  --no-build     use the images that are there
  --rounds N     how often each fault is made [1]
  --writers N    clients that write all the time [24]
  --keep         leave the stack running at the end
  --help         this text

Needs docker with compose, or podman with podman-compose. NODE_IMAGE and NATS_IMAGE name base images other than the public
ones, NPM_CONFIG_REGISTRY another registry than npm's.
`;

/** @throws OptionError */
export function parseOptions(args: readonly string[]): Options | "help" {
  const flags = parseFlags(args);
  if (flags.help === true) return "help";
  return {
    build: flags["no-build"] !== true,
    keep: flags.keep === true,
    writers: whole("writers", flags.writers ?? "24", 1_000),
    rounds: whole("rounds", flags.rounds ?? "1", 1_000),
  };
}

function parseFlags(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      strict: true,
      options: {
        "no-build": { type: "boolean" },
        keep: { type: "boolean" },
        writers: { type: "string" },
        rounds: { type: "string" },
        help: { type: "boolean" },
      },
    }).values;
  } catch (error) {
    throw new OptionError(error instanceof Error ? error.message : String(error));
  }
}

function whole(name: string, given: string, max: number): number {
  const value = Number(given);
  if (Number.isInteger(value) && value >= 1 && value <= max) return value;
  throw new OptionError(`--${name} ${given}: not a whole number from 1 to ${max}`);
}
