import { createServer, type Socket } from "node:net";
import { CONNECT_RESPONSE_BYTES, OpCode } from "./protocol.ts";

/**
 * The cheapest server there can be: it answers each frame with a prepared reply of the right length.
 * What a run against it costs the generator is what the generator costs. Its argument is its port.
 */

const SET = 16 + 68;
const REPLY_BYTES = new Map<number, number>([
  [OpCode.setData, SET],
  [OpCode.getData, SET + 4 + 100],
  [OpCode.multi, SET + 68 + 5 * 9],
]);
/** No reply is longer than so many times its request, nor the first one. */
const GROWTH_MAX = 8;

function serve(socket: Socket): void {
  let rest: Buffer = Buffer.alloc(0);
  let isConnected = false;
  socket.on("data", (chunk: Buffer) => {
    const bytes = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    const out = Buffer.allocUnsafe(bytes.length * GROWTH_MAX);
    let [at, to] = [0, 0];
    while (bytes.length - at >= 4 && bytes.length - at >= 4 + bytes.readInt32BE(at)) {
      if (!isConnected) {
        isConnected = true;
        out.fill(0, to, CONNECT_RESPONSE_BYTES);
        out.writeInt32BE(CONNECT_RESPONSE_BYTES - 4, to);
        out.writeInt32BE(30_000, to + 8);
        out.writeInt32BE(16, to + 20);
        to += CONNECT_RESPONSE_BYTES;
      } else {
        const replyBytes = REPLY_BYTES.get(bytes.readInt32BE(at + 8));
        if (replyBytes === undefined) socket.end();
        else {
          out.writeInt32BE(replyBytes, to);
          out.writeInt32BE(bytes.readInt32BE(at + 4), to + 4);
          out.fill(0, to + 8, to + 20);
          to += 4 + replyBytes;
        }
      }
      at += 4 + bytes.readInt32BE(at);
    }
    rest = bytes.subarray(at);
    if (to > 0) socket.write(out.subarray(0, to));
  });
  socket.on("error", () => socket.destroy());
}

createServer({ noDelay: true }, serve).listen(Number(process.argv[2]), "127.0.0.1", () =>
  process.send?.("listening"),
);
