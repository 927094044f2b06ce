import { connectFrame } from "../requests/connect-frame.ts";
import { portOf, type Target } from "../target.ts";
import { WireSocket } from "../wire-socket.ts";
import type { Attack } from "./mutations.ts";

/** Short, so that what bad clients leave behind does not last. */
const TIMEOUT_MS = "4000";
const ANSWER_DEADLINE_MS = 2_000;
/** How long one waits for the server to make up its mind about what it got. */
const LINGER_MS = 15;
const PIECES_MAX = 64;

/** Sends the bytes over a connection of its own, looks at nothing that comes back, and leaves. */
export async function carryOut(target: Target, attack: Attack): Promise<void> {
  let received = 0;
  const socket = await WireSocket.open(target.host, portOf(target, 1), (bytes) => {
    received += bytes.length;
  });
  if (attack.connects) {
    const options = new Map([["timeout", { latin1: TIMEOUT_MS, quoted: false }]]);
    const call = { verb: "connect", args: [], options };
    const unknown = () => ({ session: 0n, password: new Uint8Array(16) });
    socket.write(connectFrame(call, unknown, BigInt));
    await socket.until(() => received > 0, ANSWER_DEADLINE_MS);
  }
  for (const piece of piecesOf(attack)) {
    if (socket.closed) break;
    socket.write(piece);
    // Each piece in a packet of its own.
    if (attack.pieceBytes > 0) await new Promise((resolve) => setImmediate(resolve));
  }
  await socket.until(() => false, LINGER_MS);
  socket.destroy();
}

function* piecesOf({ bytes, pieceBytes }: Attack): Generator<Uint8Array> {
  let at = 0;
  if (pieceBytes > 0) {
    for (let count = 0; count < PIECES_MAX && at < bytes.length; count += 1) {
      yield bytes.subarray(at, at + pieceBytes);
      at += pieceBytes;
    }
  }
  if (at < bytes.length) yield bytes.subarray(at);
}
