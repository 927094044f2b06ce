import { tokenize } from "./tokens.ts";

/**
 * A table is a text of rows, aligned so that a column reads from top to bottom:
 *
 *     given   /p  cversion=0
 *     # op    path    mode           result     /p: cversion
 *     create  /p/a    PERSISTENT  -> OK         1
 *     create  /p/x/c  PERSISTENT  -> NONODE     1
 *
 * What stands right of the arrow is expected; a row without an arrow is a directive and expects
 * nothing. Comments and blank lines stay. How wide the columns are does not matter.
 */
export interface Row {
  readonly name: string;
  /** The cells after the name and left of the arrow. */
  readonly args: readonly string[];
  /** Line number in the file, from 1. */
  readonly line: number;
}

/** What stands right of the arrow; a cell may contain blanks. Nothing for a directive. */
export type RowResult = readonly string[] | undefined;

interface Line {
  readonly text: string;
  readonly row?: Row;
  readonly result?: RowResult;
}

const ARROW = " -> ";
/** At a line's end the arrow expects an empty result, or one that is still to be written. */
const ARROW_AT = / ->(?: |$)/;

export function parseTable(text: string): readonly Line[] {
  return text.split("\n").map((line, i) => {
    if (line.trim() === "" || line.startsWith("#")) return { text: line };
    const [name = "", ...args] = tokenize(leftOf(line));
    return { text: line, row: { name, args, line: i + 1 } };
  });
}

/** Rows that got a result are written anew, each paragraph aligned by itself. */
export function renderTable(lines: readonly Line[]): string {
  const rendered: string[] = [];
  for (let i = 0; i < lines.length; ) {
    let end = i + 1;
    while (end < lines.length && lines[end - 1]?.text.trim() !== "") end += 1;
    rendered.push(...renderParagraph(lines.slice(i, end)));
    i = end;
  }
  return rendered.join("\n");
}

/** The text with the width of its columns taken away: what two tables are compared by. */
export function withoutAlignment(text: string): string {
  return text.replaceAll(/[^\S\n]+/g, " ").replaceAll(/ $/gm, "");
}

function leftOf(line: string): string {
  const at = line.search(ARROW_AT);
  return at < 0 ? line : line.slice(0, at);
}

/** Cells as written, with their quotes. A heading's cells may contain single blanks. */
function cellsOf(line: string): string[] {
  if (line.startsWith("#")) return line.trim().split(/ {2,}/);
  return Array.from(line.matchAll(/(?:"[^"]*"|[^\s"])+/g), (match) => match[0]);
}

function renderParagraph(lines: readonly Line[]): string[] {
  const split = lines.map(({ text, result }) => {
    const arrow = text.search(ARROW_AT);
    if (text.startsWith("#") && arrow >= 0) {
      const right = text.slice(arrow + ARROW.length);
      return { text, left: cellsOf(leftOf(text)), right: right.trim().split(/ {2,}/) };
    }
    return result === undefined ? { text } : { text, left: cellsOf(leftOf(text)), right: result };
  });
  const lefts = split.flatMap((line) => (line.left === undefined ? [] : [line.left]));
  const rights = split.flatMap((line) => (line.right === undefined ? [] : [line.right]));
  return split.map((line) => {
    if (line.left === undefined) return line.text;
    const leftWidths = widthsOf(lefts);
    const left = padCells(line.left, leftWidths).padEnd(totalWidth(leftWidths));
    return `${left}${ARROW}${padCells(line.right, widthsOf(rights))}`.trimEnd();
  });
}

function widthsOf(rows: readonly (readonly string[])[]): number[] {
  const widths: number[] = [];
  for (const row of rows) {
    row.forEach((cell, i) => {
      widths[i] = Math.max(widths[i] ?? 0, cell.length);
    });
  }
  return widths;
}

function totalWidth(widths: readonly number[]): number {
  return widths.reduce((sum, width) => sum + width + 2, -2);
}

function padCells(cells: readonly string[], widths: readonly number[]): string {
  return cells.map((cell, i) => cell.padEnd(widths[i] ?? 0)).join("  ");
}
