import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { findCycles } from "./cycles.ts";
import { checkManifests, type Manifest } from "./manifests.ts";
import { type Problem, RULES } from "./rules.ts";
import { parseSource, type SourceFile } from "./source-file.ts";

/** Reads every file that git knows (or would add) below `root` and returns what breaks a rule. */
export function checkRepository(root: string): Problem[] {
  const listing = execFileSync("git", ["ls-files", "--cached", "--others", "--exclude-standard"], {
    cwd: root,
    encoding: "utf8",
  });
  const paths = listing.split("\n").filter((path) => path !== "" && existsSync(join(root, path)));
  const read = (path: string): string => readFileSync(join(root, path), "utf8");
  const sources = paths
    .filter((path) => /^(libs|services|infra|tests|bench|tooling)\/.*\.ts$/.test(path))
    // The rules and their samples speak of what they forbid.
    .filter((path) => !path.startsWith("tooling/tidy/"))
    .map((path) => parseSource(path, read(path)));
  const manifests = paths
    .filter((path) => /^(libs|services|infra|tests|bench|tooling)\/.*package\.json$/.test(path))
    .map((path): Manifest => {
      const manifest = JSON.parse(read(path)) as { dependencies?: Record<string, string> };
      const folder = path.slice(0, -"/package.json".length);
      return { folder, dependencies: manifest.dependencies ?? {} };
    });
  return [...checkSources(sources), ...checkManifests(manifests)];
}

export function checkSources(sources: readonly SourceFile[]): Problem[] {
  const broken = sources.flatMap((file) =>
    RULES.flatMap((rule) => rule(file).map((message) => ({ path: file.path, message }))),
  );
  return [...broken, ...findCycles(sources)];
}
