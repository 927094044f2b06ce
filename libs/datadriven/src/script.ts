import { optionsOf, tokenize } from "./tokens.ts";

/**
 * A script is a text of blocks separated by blank lines:
 *
 *     # What this shows and why.
 *     command argument name=value
 *     further input lines
 *     ----
 *     expected output
 */
export interface Command {
  readonly name: string;
  /** The tokens after the name that are not `name=value`. */
  readonly args: readonly string[];
  readonly options: ReadonlyMap<string, string>;
  /** The first line after the command's name, as written. */
  readonly rest: string;
  /** The input lines below the first one. */
  readonly body: readonly string[];
  /** Line number in the file, from 1. */
  readonly line: number;
}

/** `source` is everything from the end of the block before up to and with the `----` line. */
interface Block {
  readonly source: readonly string[];
  readonly command: Command;
}

export interface Script {
  readonly blocks: readonly Block[];
  /** Comments and blank lines behind the last block. */
  readonly trailer: readonly string[];
}

const SEPARATOR = "----";

export function parseScript(text: string): Script {
  const lines = text.split("\n");
  const blocks: Block[] = [];
  let source: string[] = [];
  for (let i = 0; i < lines.length; i += 1) {
    const line = lines[i] ?? "";
    source.push(line);
    if (line !== SEPARATOR) continue;
    blocks.push({ source, command: parseCommand(source, i + 2 - source.length) });
    source = [];
    // The expected output ends at the first blank line, which then opens the next block.
    while (i + 1 < lines.length && lines[i + 1] !== "") i += 1;
  }
  const stray = source.find((line) => line !== "" && !line.startsWith("#"));
  if (stray !== undefined) throw new Error(`no ${SEPARATOR} line follows the command "${stray}"`);
  return { blocks, trailer: source };
}

function parseCommand(source: readonly string[], firstLine: number): Command {
  const isInput = (line: string) => line !== "" && line !== SEPARATOR && !line.startsWith("#");
  const at = source.findIndex(isInput);
  if (at < 0) throw new Error(`line ${firstLine}: a ${SEPARATOR} without a command before it`);
  const first = (source[at] ?? "").trim();
  const [name = "", ...tokens] = tokenize(first);
  return {
    name,
    args: tokens.filter((token) => token.indexOf("=") <= 0),
    options: optionsOf(tokens),
    rest: first.slice(name.length).trim(),
    body: source.slice(at + 1).filter(isInput),
    line: firstLine + at,
  };
}

/** The script with these outputs in it. Blank lines would end a block, so an output has none. */
export function renderScript(script: Script, outputs: readonly string[]): string {
  const lines: string[] = [];
  script.blocks.forEach((block, i) => {
    lines.push(...block.source);
    const output = (outputs[i] ?? "").split("\n").map((line) => line.trimEnd());
    lines.push(...output.filter((line) => line !== ""));
  });
  lines.push(...script.trailer);
  return lines.join("\n");
}
