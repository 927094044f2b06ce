/** One TypeScript file of the repository: its path from the root, its text, and what it imports. */
export interface SourceFile {
  readonly path: string;
  readonly text: string;
  readonly imports: readonly string[];
}

const IMPORT = /(?:\bfrom|\bimport)\s*\(?\s*"([^"]+)"/g;

export function parseSource(path: string, text: string): SourceFile {
  const imports = [...text.matchAll(IMPORT)].map((match) => match[1] ?? "");
  return { path, text, imports };
}

/** `libs/zab` of `libs/zab/src/peer.ts`; `bench` of `bench/src/main.ts`. */
export function packageOf(path: string): string {
  const parts = path.split("/");
  return parts[0] === "bench" ? "bench" : parts.slice(0, 2).join("/");
}

export function isTest(path: string): boolean {
  return /\/(test|testing|test-support)\//.test(path) || path.endsWith("vitest.config.ts");
}

/** The text without comments and string contents, so that a rule speaks of code alone. */
export function codeOnly(text: string): string {
  return text
    .replace(/\/\*[\s\S]*?\*\//g, (comment) => comment.replace(/[^\n]/g, " "))
    .replace(/"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'/g, '""')
    .replace(/\/\/.*$/gm, "");
}
