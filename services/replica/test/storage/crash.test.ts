import { spawn } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { counterOf } from "@meerkat/zab";
import { expect, it } from "vitest";
import { DATABASE_FILE } from "../../src/storage/open-database.ts";
import { newFolder, open, textsOf } from "./folder.ts";

const WRITER = fileURLToPath(new URL("writer-process.ts", import.meta.url));
const LIMIT_MS = 60_000;

/** Runs the writer and kills it (-9) when `until` rows are confirmed; returns the last confirmed. */
async function writeAndKill(
  dir: string,
  options: {
    from: number;
    until: number;
    count?: number;
    inFlight?: number;
    rowsAlone?: boolean;
  },
): Promise<number> {
  const { from, until, count = 1_000_000, inFlight = 3, rowsAlone = false } = options;
  const numbers = { from, count, "in-flight": inFlight };
  const args = [WRITER, "--dir", dir, ...(rowsAlone ? ["--rows-alone"] : [])];
  for (const [name, value] of Object.entries(numbers)) args.push(`--${name}`, String(value));
  const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "inherit"] });
  const closed = new Promise((resolve) => child.once("close", resolve));
  let confirmed = from;
  createInterface({ input: child.stdout }).on("line", (line) => {
    confirmed = Number(line);
    if (confirmed === until) child.kill("SIGKILL");
  });
  await closed;
  return confirmed;
}

async function reopened(dir: string): Promise<{ texts: string[]; acceptedEpoch: number }> {
  const { storage, loaded } = await open(dir);
  expect(loaded.damage).toEqual([]);
  expect(loaded.history.hardState.voice).toBe(true);
  await storage.close();
  const { proposals, hardState } = loaded.history;
  for (const { last, payload } of proposals) {
    expect(new TextDecoder().decode(payload)).toBe(`t${counterOf(last)}`);
  }
  return { texts: textsOf(proposals), acceptedEpoch: hardState.acceptedEpoch };
}

const KINDS = [
  ["rows with a hard state", false],
  ["rows alone", true],
] as const;

it.each(KINDS)(
  "keeps everything that was confirmed when the process is killed in the middle of writing %s",
  async (_, rowsAlone) => {
    const dir = newFolder();
    let present = 0;
    for (const rows of [1, 40, 300]) {
      const until = present + rows;
      const confirmed = await writeAndKill(dir, { from: present, until, rowsAlone });
      const { texts, acceptedEpoch } = await reopened(dir);
      present = texts.length;
      expect(present).toBeGreaterThanOrEqual(confirmed);
      // Row and hard state of one write are there together, or neither is.
      expect(acceptedEpoch).toBe(rowsAlone ? 1 : present);
    }
  },
  LIMIT_MS,
);

it.each(KINDS)(
  "drops a transaction that the crash tore, and keeps the voice: %s",
  async (_, rowsAlone) => {
    const dir = newFolder();
    await writeAndKill(dir, { from: 0, until: 1, count: 1, rowsAlone });
    await writeAndKill(dir, { from: 1, until: 2, count: 1, rowsAlone });
    tearTransaction(join(dir, `${DATABASE_FILE}-wal`), 1);
    const { texts, acceptedEpoch } = await reopened(dir);
    expect(texts).toEqual(["t1"]);
    expect(acceptedEpoch).toBe(1);
  },
  LIMIT_MS,
);

it(
  "notices that transactions follow a damaged page of the WAL, and gives up its voice",
  async () => {
    const dir = newFolder();
    await writeAndKill(dir, { from: 0, until: 9, count: 9, inFlight: 1 });
    tearTransaction(join(dir, `${DATABASE_FILE}-wal`), 3);
    const first = await open(dir);
    expect(first.loaded.damage).toEqual(["a page of the write-ahead log cannot be read"]);
    expect(first.loaded.history.hardState.voice).toBe(false);
    expect(textsOf(first.loaded.history.proposals)).toEqual(["t1", "t2", "t3", "t4", "t5", "t6"]);
    await first.storage.close();
    const second = await open(dir);
    expect(second.loaded.damage).toEqual([]);
    expect(second.loaded.history.hardState.voice).toBe(false);
  },
  LIMIT_MS,
);

const WAL_HEADER_BYTES = 32;
const FRAME_HEADER_BYTES = 24;

/** Damages the last page of the transaction that is the `nth` from the end: see SQLite's WAL format. */
function tearTransaction(path: string, nth: number): void {
  const wal = readFileSync(path);
  const pageBytes = wal.readUInt32BE(8);
  const salts = wal.subarray(16, 24);
  const commits: number[] = [];
  const step = FRAME_HEADER_BYTES + pageBytes;
  for (let at = WAL_HEADER_BYTES; at + step <= wal.length; at += step) {
    const isCurrent = salts.equals(wal.subarray(at + 8, at + 16));
    if (isCurrent && wal.readUInt32BE(at + 4) > 0) commits.push(at);
  }
  const commit = commits.at(-nth);
  if (commit === undefined) throw new Error("there are not as many transactions in the WAL");
  wal.fill(0, commit + FRAME_HEADER_BYTES + pageBytes / 2, commit + step);
  writeFileSync(path, wal);
}
