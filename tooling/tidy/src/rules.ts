import { posix } from "node:path";
import { ARROWS, CONFINED, PURE_PACKAGES, TEST_ARROWS } from "./arrows.ts";
import { codeOnly, isTest, packageOf, type SourceFile } from "./source-file.ts";

/** A broken rule: where, and what to do about it. */
export interface Problem {
  readonly path: string;
  readonly message: string;
}

export type Rule = (file: SourceFile) => readonly string[];

const FILE_LINES_MAX = 400;
const OWN_SCOPE = "@meerkat/";

const arrows: Rule = (file) => {
  const home = packageOf(file.path);
  const allowed = ARROWS[home];
  if (allowed === undefined) return [`package ${home} has no row in tooling/tidy/src/arrows.ts`];
  const own = posix.basename(home);
  return file.imports.flatMap((name) => {
    if (!name.startsWith(OWN_SCOPE)) return [];
    const target = name.slice(OWN_SCOPE.length).split("/")[0] ?? "";
    const may = allowed.includes(target) || target === own;
    if (may || (isTest(file.path) && TEST_ARROWS.includes(target))) return [];
    return [`${home} may not import ${name} (ARCHITECTURE.md, "The picture")`];
  });
};

const staysInPackage: Rule = (file) =>
  file.imports.flatMap((name) => {
    if (!name.startsWith(".")) return [];
    const target = posix.join(posix.dirname(file.path), name);
    if (packageOf(target) === packageOf(file.path)) return [];
    return [`${name} reaches into another package: import it by its name`];
  });

const confined: Rule = (file) =>
  file.imports.flatMap((name) => {
    const broken = CONFINED.find(
      ({ module, within }) => module.test(name) && !within.test(file.path),
    );
    return broken === undefined ? [] : [`${name} may be known only within ${broken.within.source}`];
  });

const IMPURE =
  /\b(Date\b|Math\.random|performance\b|setTimeout|setInterval|setImmediate|queueMicrotask|process\b|Promise\b|async\b|await\b|console\b|crypto\b)/g;

const purity: Rule = (file) => {
  if (!PURE_PACKAGES.includes(packageOf(file.path)) || isTest(file.path)) return [];
  const code = codeOnly(file.text);
  const words = new Set([...code.matchAll(IMPURE)].map((match) => match[0]));
  const modules = file.imports.filter((name) => name.startsWith("node:"));
  return [...words, ...modules].map(
    (what) => `${what} in a pure package: let the caller pass it in`,
  );
};

const environmentInConfig: Rule = (file) => {
  const isService = /^(libs|services)\//.test(file.path) && !isTest(file.path);
  if (!isService || posix.basename(file.path) === "config.ts") return [];
  if (!/\bprocess\.env\b/.test(codeOnly(file.text))) return [];
  return ["process.env may be read only in a config.ts"];
};

const size: Rule = (file) => {
  const lines = file.text.split("\n").length - 1;
  if (lines <= FILE_LINES_MAX) return [];
  return [`${lines} lines, more than ${FILE_LINES_MAX}: does it hold more than one idea?`];
};

const leftovers: Rule = (file) => {
  const found = codeOnly(file.text).match(/\b(it|test|describe)\.(only|skip|todo)\b/);
  const marker = file.text.match(/\b(TODO|FIXME|XXX)\b|@ts-(ignore|nocheck)/);
  return [found, marker].flatMap((match) => (match === null ? [] : [`${match[0]} left behind`]));
};

export const RULES: readonly Rule[] = [
  arrows,
  staysInPackage,
  confined,
  purity,
  environmentInConfig,
  size,
  leftovers,
];
