import type { Call } from "./language/line.ts";
import { bytesOf } from "./language/values.ts";
import { quoted } from "./replies/fields.ts";
import { integerOrElse } from "./requests/frames.ts";
import { WireSocket } from "./wire-socket.ts";

const DEADLINE_MS = 5_000;
const PAUSE_MS = 50;

/** Sends a word on a connection of its own, in parts if `split` says where, and returns its lines. */
export async function sayWord(host: string, port: number, call: Call): Promise<readonly string[]> {
  const [word] = call.args;
  const bytes = (word === undefined ? null : bytesOf(word)) ?? new Uint8Array(0);
  const at = integerOrElse(call.options, "split", 0);
  const parts = at > 0 ? [bytes.subarray(0, at), bytes.subarray(at)] : [bytes];
  const { answer, closed } = await exchange(host, port, parts);
  const lines = answer.split("\n").map((line) => quoted(Buffer.from(line, "latin1")));
  return [...lines, closed ? "closed" : "still open"];
}

/** The whole answer to a word. */
export async function askWord(host: string, port: number, word: string): Promise<string> {
  return (await exchange(host, port, [Buffer.from(word)])).answer;
}

/** Sends the parts one by one, and listens until the server closes. */
async function exchange(
  host: string,
  port: number,
  parts: readonly Uint8Array[],
): Promise<{ readonly answer: string; readonly closed: boolean }> {
  const received: Buffer[] = [];
  const socket = await WireSocket.open(host, port, (bytes) => received.push(Buffer.from(bytes)));
  for (const [index, part] of parts.entries()) {
    if (index > 0) await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    socket.write(part);
  }
  const closed = await socket.until(() => false, DEADLINE_MS);
  socket.destroy();
  return { answer: Buffer.concat(received).toString("latin1"), closed };
}
