import { spawnSync } from "node:child_process";
import { globSync, readFileSync, rmSync } from "node:fs";
import { delimiter, dirname, join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { ensureNatsServer } from "@meerkat/local";

/**
 * `npm test`: static checks, then every suite; the last line counts them all. The suites run from
 * pure to whole: what needs several processes comes last and alone, so that nothing disturbs it.
 * `npm run verify` is what of it takes seconds.
 */

const ROOT = resolve(import.meta.dirname, "../../..");
const REPORT = ".vitest/report.json";
/** What needs a stack of processes of its own. */
const WHOLE = ["@meerkat/ensemble-tests", "@meerkat/compatibility-tests"];
/** What compares committed files with the code that writes them: a change of words alone can break it. */
const GENERATED = ["@meerkat/reference", "@meerkat/grafana"];

interface Check {
  readonly name: string;
  readonly command: readonly string[];
}

const node = process.execPath;
const STATIC_CHECKS: readonly Check[] = [
  { name: "format and lint", command: ["biome", "check", "--error-on-warnings", "."] },
  { name: "walls and sizes", command: [node, "tooling/tidy/src/main.ts"] },
  { name: "types", command: ["turbo", "run", "typecheck", "--output-logs=errors-only"] },
];

const REPORTERS = [
  "--passWithNoTests",
  "--reporter=default",
  "--reporter=json",
  `--outputFile.json=${REPORT}`,
];
const suite = (which: readonly string[]): readonly string[] => [
  ...["turbo", "run", "test", ...which, "--continue", "--env-mode=loose", "--", ...REPORTERS],
];

const filtersOf = (names: readonly string[]): readonly string[] =>
  names.map((name) => `--filter=${name}`);

const SUITES: readonly Check[] = [
  {
    name: "suites of the packages",
    command: suite(["--concurrency=2", ...WHOLE.map((name) => `--filter=!${name}`)]),
  },
  { name: "suites of the ensemble", command: suite(["--concurrency=1", ...filtersOf(WHOLE)]) },
];
const GENERATED_FILES: Check = {
  name: "generated files",
  command: suite(["--output-logs=errors-only", ...filtersOf(GENERATED)]),
};

/** Runs one check with its output shown. */
function passes({ name, command: [program = "", ...args] }: Check): boolean {
  process.stdout.write(`\n== ${name}: ${[program, ...args].join(" ")}\n`);
  const env = { ...process.env, TURBO_TELEMETRY_DISABLED: "1", DO_NOT_TRACK: "1" };
  const result = spawnSync(program, args, { cwd: ROOT, stdio: "inherit", env });
  return result.status === 0;
}

interface Report {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly testResults: readonly {
    readonly status: string;
    readonly assertionResults: readonly unknown[];
  }[];
}

const reportFiles = (): string[] =>
  globSync(`{bench,{libs,services,infra,tests,tooling}/*}/${REPORT}`, { cwd: ROOT });

/** Counts over all suites; a file that did not even load counts as one failure. */
function countTests(): { passed: number; failed: number } {
  let passed = 0;
  let failed = 0;
  for (const file of reportFiles()) {
    const report = JSON.parse(readFileSync(join(ROOT, file), "utf8")) as Report;
    const broken = report.testResults.filter(
      ({ status, assertionResults }) => status === "failed" && assertionResults.length === 0,
    );
    passed += report.numPassedTests;
    failed += report.numFailedTests + broken.length;
  }
  return { passed, failed };
}

/** The suites start nats-server by its name. */
function putNatsServerOnPath(): void {
  const folder = dirname(ensureNatsServer((line) => process.stdout.write(`${line}\n`)));
  process.env.PATH = [process.env.PATH, folder].join(delimiter);
}

function main(): void {
  const { values } = parseArgs({ options: { quick: { type: "boolean" } } });
  for (const file of reportFiles()) rmSync(join(ROOT, file));
  if (values.quick !== true) putNatsServerOnPath();
  const statics = STATIC_CHECKS.map((check) => ({ name: check.name, ok: passes(check) }));
  const suites = (values.quick === true ? [GENERATED_FILES] : SUITES).map((check) => ({
    name: check.name,
    ok: passes(check),
  }));
  const tests = countTests();
  const failedChecks = statics.filter(({ ok }) => !ok);
  // A suite that ended badly without a failed test (a crash, a leak) is a failure of its own.
  const failedSuites = tests.failed > 0 ? [] : suites.filter(({ ok }) => !ok);
  const passed = statics.length - failedChecks.length + tests.passed;
  const failed = failedChecks.length + failedSuites.length + tests.failed;
  for (const { name } of [...failedChecks, ...failedSuites])
    process.stdout.write(`FAILED: ${name}\n`);
  process.stdout.write(`${passed} passed, ${failed} failed\n`);
  process.exit(failed === 0 ? 0 : 1);
}

main();
