import { isMistake, MISTAKES, type Mistake } from "./mistakes.ts";

export const USAGE = `npm run sim -- 123                      one seed
npm run sim -- --count 500 --from 1     many seeds
  --nodes N        voters, instead of what the seed draws
  --mistake NAME   ${MISTAKES.join(" | ")}
  --verbose        print everything that happens
  --keep-going     do not stop at the first seed that fails
  --no-shrink      print the failing run as it is`;

export class UsageError extends Error {
  override readonly name = "UsageError";
}

export interface Arguments {
  readonly seeds: readonly number[];
  readonly mistake: Mistake | undefined;
  readonly voters: number | undefined;
  readonly verbose: boolean;
  readonly shrinks: boolean;
  readonly keepGoing: boolean;
}

/** @throws UsageError that names the word it does not understand. */
export function parseArguments(words: readonly string[]): Arguments | "help" {
  const seeds: number[] = [];
  let from = 1;
  let count = 0;
  let voters: number | undefined;
  let mistake: Mistake | undefined;
  const flags = new Set<string>();
  const rest = [...words];
  for (let word = rest.shift(); word !== undefined; word = rest.shift()) {
    if (word === "--help") return "help";
    if (word === "--count") count = wholeNumber(word, rest.shift());
    else if (word === "--from") from = wholeNumber(word, rest.shift());
    else if (word === "--nodes") voters = wholeNumber(word, rest.shift());
    else if (word === "--mistake") mistake = mistakeNamed(rest.shift());
    else if (["--verbose", "--keep-going", "--no-shrink"].includes(word)) flags.add(word);
    else seeds.push(wholeNumber("a seed", word));
  }
  for (let index = 0; index < count; index++) seeds.push(from + index);
  if (seeds.length === 0) throw new UsageError("Which seed? Give one, or --count.");
  return {
    seeds,
    mistake,
    voters,
    verbose: flags.has("--verbose"),
    shrinks: !flags.has("--no-shrink"),
    keepGoing: flags.has("--keep-going"),
  };
}

function wholeNumber(name: string, text: string | undefined): number {
  const value = Number(text);
  if (text === undefined || !Number.isSafeInteger(value) || value < 0) {
    throw new UsageError(`${name} must be a whole number, not "${text ?? ""}".`);
  }
  return value;
}

function mistakeNamed(text: string | undefined): Mistake {
  if (text !== undefined && isMistake(text)) return text;
  throw new UsageError(`--mistake must be one of ${MISTAKES.join(", ")}, not "${text ?? ""}".`);
}
