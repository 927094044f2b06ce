import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { ServerReport } from "@meerkat/transport";
import type { ResultName } from "@meerkat/tree";
import { makeEpoch, makeZxid, type ServerId } from "@meerkat/zab";
import { expect, it } from "vitest";
import {
  HTTP_STATUS,
  PROBLEM_CODE,
  statusInTransaction,
} from "../../src/http/errors/http-status.ts";
import { DEFAULT_LIMITS, type HttpLimits, LIMIT_VARIABLE } from "../../src/http/options.ts";
import { WATCH_SPECS } from "../../src/watch/watch-specs.ts";
import { runExamples } from "./harness/http-document.ts";
import { startServer } from "./harness/start.ts";

const FILE = join(import.meta.dirname, "../../../../docs/http-api.md");
const text = readFileSync(FILE, "utf8");

/** What docs/http-api.md must say, and what it says. */
function hold(actual: string): void {
  if (process.env.REWRITE === "1") writeFileSync(FILE, actual);
  else expect(text).toBe(actual);
}

function report(kind: "replica" | "gateway", id: number, address: string): ServerReport {
  const isLeading = id === 2;
  const role = kind === "gateway" ? "OBSERVING" : isLeading ? "LEADING" : "FOLLOWING";
  return {
    id: id as ServerId,
    kind,
    name: kind === "gateway" ? `gateway-${id - 1000}` : `replica-${id}`,
    address,
    serverState: role,
    zabState: "BROADCAST",
    epoch: makeEpoch(1),
    leader: 2 as ServerId,
    established: true,
    voice: kind === "replica",
    lastZxid: makeZxid(makeEpoch(1), id === 3 ? 20 : 21),
    appliedZxid: makeZxid(makeEpoch(1), 20),
    digest: "9f86d081884c7d65",
    startedAtMs: Date.UTC(2026, 0, 1),
  };
}

it("has examples that answer as they say", async () => {
  const { server, node } = await startServer();
  node.reports = [
    { report: report("replica", 2, ""), ageMs: 412 },
    { report: report("replica", 3, ""), ageMs: 87 },
    { report: report("gateway", 1001, "http://127.0.0.1:8080"), ageMs: 3 },
  ];
  hold(await runExamples(server, text));
});

/** Tables are aligned with blanks. */
const tables = text.replace(/ +/g, " ");
const row = (...cells: (string | number)[]) => `| ${cells.join(" | ")} |`;

it("has every code with its status", () => {
  const names = (Object.keys(HTTP_STATUS) as ResultName[]).filter((name) => name !== "OK");
  for (const name of names) {
    expect(tables).toContain(row(PROBLEM_CODE[name], HTTP_STATUS[name], statusInTransaction(name)));
  }
});

it("has every limit with its default", () => {
  for (const limit of Object.keys(DEFAULT_LIMITS) as (keyof HttpLimits)[]) {
    expect(tables).toContain(row(`\`${LIMIT_VARIABLE[limit]}\``, DEFAULT_LIMITS[limit]));
  }
  for (const [name, { default: value }] of Object.entries(WATCH_SPECS)) {
    expect(tables).toContain(row(`\`${name}\``, String(value)));
  }
});
