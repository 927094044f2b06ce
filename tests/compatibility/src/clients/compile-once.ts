import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, globSync, mkdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";

const CACHE = resolve(import.meta.dirname, "../../../../node_modules/.cache/meerkat-compatibility");

/** Sources that become a program, and how. */
export interface Compilation {
  readonly name: string;
  /** Where the sources are, and which. */
  readonly folder: string;
  readonly sources: string;
  /** Of what comes out; when it is there, nothing has to be done. */
  readonly product: string;
  /** A command line, run in `folder`. */
  command(sources: readonly string[], output: string): readonly string[];
}

/**
 * Compiles once for each state of the sources and returns the folder with the product.
 * @throws Error with what the compiler said
 */
export function compileOnce(compilation: Compilation): string {
  const { name, folder, product } = compilation;
  const sources = globSync(compilation.sources, { cwd: folder }).sort();
  const hash = createHash("sha256");
  for (const source of sources) hash.update(readFileSync(join(folder, source)));
  const output = join(CACHE, `${name}-${hash.digest("hex").slice(0, 16)}`);
  if (existsSync(join(output, product))) return output;
  mkdirSync(output, { recursive: true });
  const [compiler = "", ...args] = compilation.command(sources, output);
  const result = spawnSync(compiler, args, { cwd: folder, encoding: "utf8" });
  if (result.status !== 0) throw new Error(`${compiler}: ${result.stderr}`);
  return output;
}
