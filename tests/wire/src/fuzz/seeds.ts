import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parseLine } from "../language/line.ts";
import { bytesOf } from "../language/values.ts";
import { connectFrame, type Grant } from "../requests/connect-frame.ts";
import { framed, requestFrame } from "../requests/frames.ts";
import { isOpcodeName } from "../requests/opcodes.ts";

const NOBODY: Grant = { session: 0x1234n, password: Buffer.alloc(16) };
const REQUEST_LINE = /^[A-Z]\w*\+? /;
/** Frames of a mebibyte take the time of a thousand others and show nothing that they do not. */
const SEED_BYTES_MAX = 4_096;

/** The frame of every request line below the directory, each once: what gets mutated. */
export function readSeeds(directory: string): readonly Uint8Array[] {
  const frames = new Map<string, Uint8Array>();
  for (const name of readdirSync(directory).sort()) {
    for (const line of inputLines(readFileSync(join(directory, name), "utf8"))) {
      const frame = frameOf(line);
      if (frame === undefined || frame.length > SEED_BYTES_MAX) continue;
      frames.set(Buffer.from(frame).toString("hex"), frame);
    }
  }
  return [...frames.values()];
}

function inputLines(text: string): readonly string[] {
  const lines: string[] = [];
  let isOutput = false;
  for (const line of text.split("\n")) {
    if (line === "----") isOutput = true;
    else if (line === "") isOutput = false;
    else if (!isOutput && REQUEST_LINE.test(line)) lines.push(line);
  }
  return lines;
}

function frameOf(text: string): Uint8Array | undefined {
  const line = parseLine(text);
  // Symbols stand for what replies showed; here nobody replied.
  const zxidOf = (zxid: string) => (zxid.startsWith("z") ? 1n : BigInt(zxid));
  if (line.verb === "connect") return connectFrame(line, () => NOBODY, zxidOf);
  if (isOpcodeName(line.verb)) return requestFrame(line, () => 1, zxidOf);
  if (line.verb !== "raw" && line.verb !== "frame") return undefined;
  const bytes = Buffer.concat(line.args.map((arg) => bytesOf(arg) ?? new Uint8Array(0)));
  return line.verb === "raw" ? bytes : framed(bytes, line.options);
}
