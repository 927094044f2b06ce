import { posix } from "node:path";
import type { Problem } from "./rules.ts";
import type { SourceFile } from "./source-file.ts";

/** Files that import each other in a ring cannot be read one after the other. `import type` does not count. */
export function findCycles(files: readonly SourceFile[]): Problem[] {
  const byPath = new Map(files.map((file) => [file.path, file]));
  const state = new Map<string, "open" | "done">();
  const problems: Problem[] = [];

  const visit = (path: string, trail: readonly string[]): void => {
    const file = byPath.get(path);
    if (file === undefined || state.get(path) === "done") return;
    if (state.get(path) === "open") {
      const ring = [...trail.slice(trail.indexOf(path)), path];
      problems.push({ path, message: `import cycle: ${ring.join(" → ")}` });
      return;
    }
    state.set(path, "open");
    for (const name of valueImports(file)) {
      visit(posix.join(posix.dirname(path), name), [...trail, path]);
    }
    state.set(path, "done");
  };

  for (const file of files) visit(file.path, []);
  return problems;
}

function valueImports(file: SourceFile): string[] {
  const withoutTypes = file.text.replace(/\b(import|export)\s+type\s[^;]*?from\s+"[^"]+"/g, "");
  return file.imports.filter((name) => name.startsWith(".") && withoutTypes.includes(`"${name}"`));
}
