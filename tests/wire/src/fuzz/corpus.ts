import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Attack } from "./mutations.ts";

/**
 * Attacks that once found something, as text: comments, `connects` or not, and hex. What a failed
 * run prints can be kept as it is.
 */
export function readCorpus(directory: string): ReadonlyMap<string, Attack> {
  const names = readdirSync(directory).filter((name) => name.endsWith(".txt"));
  return new Map(
    names.sort().map((name) => [name, parseAttack(readFileSync(join(directory, name), "utf8"))]),
  );
}

export function parseAttack(text: string): Attack {
  const lines = text.split("\n").filter((line) => line !== "" && !line.startsWith("#"));
  const connects = lines[0] === "connects";
  const hex = (connects ? lines.slice(1) : lines).join("").replaceAll(" ", "");
  if (!/^([0-9a-f]{2})*$/.test(hex)) throw new SyntaxError("an attack is hex, after comments");
  return { bytes: Buffer.from(hex, "hex"), connects, pieceBytes: 0 };
}

const HEX_PER_LINE = 96;

export function printAttack({ bytes, connects }: Attack): string {
  const hex = Buffer.from(bytes).toString("hex");
  const lines = hex.match(new RegExp(`.{1,${HEX_PER_LINE}}`, "g")) ?? [];
  return [...(connects ? ["connects"] : []), ...lines, ""].join("\n");
}
