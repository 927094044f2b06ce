import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { rewriteExpected } from "./config.ts";
import { type Command, parseScript, renderScript } from "./script.ts";
import { parseTable, type Row, type RowResult, renderTable, withoutAlignment } from "./table.ts";

export type CommandHandler = (command: Command) => string | Promise<string>;
export type RowHandler = (row: Row) => RowResult | Promise<RowResult>;

/**
 * Registers one vitest test for each `.txt` file below the directory. `start` makes the handler of
 * one file, so that no state goes from one to the next. What the handler returns must be what the
 * file says under `----`; a throw fails the test and names the line.
 */
export function runScripts(directory: string, start: (file: string) => CommandHandler): void {
  forEachFile(directory, async (file, text) => {
    const handle = start(file);
    const script = parseScript(text);
    const outputs: string[] = [];
    for (const { command } of script.blocks) {
      outputs.push(await at(file, command.line, () => handle(command)));
    }
    const actual = renderScript(script, outputs);
    if (rewriteExpected) writeFileSync(file, actual);
    else expect(actual).toBe(text);
  });
}

/** The same for tables: one call per row, compared with the cells right of the arrow. */
export function runTables(directory: string, start: (file: string) => RowHandler): void {
  forEachFile(directory, async (file, text) => {
    const handle = start(file);
    const lines = [];
    for (const line of parseTable(text)) {
      const { row } = line;
      if (row === undefined) lines.push(line);
      else lines.push({ ...line, result: await at(file, row.line, () => handle(row)) });
    }
    const actual = renderTable(lines);
    if (rewriteExpected) writeFileSync(file, actual);
    else if (withoutAlignment(actual) !== withoutAlignment(text)) expect(actual).toBe(text);
  });
}

function forEachFile(directory: string, run: (file: string, text: string) => Promise<void>): void {
  const names = readdirSync(directory, { recursive: true, encoding: "utf8" });
  const scripts = names.filter((name) => name.endsWith(".txt")).sort();
  if (scripts.length === 0) throw new Error(`there is no .txt file below ${directory}`);
  for (const name of scripts) {
    const file = join(directory, name);
    test(name, () => run(file, readFileSync(file, "utf8")));
  }
}

async function at<T>(file: string, line: number, step: () => T | Promise<T>): Promise<T> {
  try {
    return await step();
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new Error(`${file}:${line}: ${reason}`, { cause });
  }
}
