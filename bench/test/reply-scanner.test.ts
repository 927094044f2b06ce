import { describe, expect, it } from "vitest";
import { ReplyError, ReplyScanner } from "../src/zookeeper/reply-scanner.ts";
import { RequestRing } from "../src/zookeeper/request-ring.ts";

/** Payload lengths, one without a body among them. */
const REPLY_BYTES = [40, 16, 200, 21];

const ring = new RequestRing(REPLY_BYTES.length, 2, (xid) => ({
  frame: Buffer.from([xid]),
  replyBytes: REPLY_BYTES[xid - 1] ?? 0,
  writes: 0,
}));

function reply(xid: number, bytes: number, err = 0): Buffer {
  const frame = Buffer.alloc(4 + bytes, 0xff);
  frame.writeInt32BE(bytes, 0);
  frame.writeInt32BE(xid, 4);
  frame.writeInt32BE(err, 16);
  return frame;
}

function push(scanner: ReplyScanner, bytes: Buffer): number {
  // As in a read buffer: what is behind the read bytes is left over from earlier.
  const memory = Buffer.concat([bytes, Buffer.alloc(64, 0x11)]);
  return scanner.push(new DataView(memory.buffer, memory.byteOffset), bytes.length);
}

const round = Buffer.concat(REPLY_BYTES.map((bytes, i) => reply(i + 1, bytes)));
const stream = Buffer.concat([round, round]);

describe("ReplyScanner", () => {
  it("counts each reply when its last byte is there, wherever reads end", () => {
    for (let size = 1; size <= stream.length; size += 1) {
      const scanner = new ReplyScanner(ring, 0);
      let completed = 0;
      for (let at = 0; at < stream.length; at += size) {
        completed += push(scanner, stream.subarray(at, at + size));
        const whole = [...repliesEndingBy(Math.min(at + size, stream.length))].length;
        expect(completed, `reads of ${size} bytes`).toBe(whole);
      }
    }
  });

  it("begins at the slot where its connection begins", () => {
    const scanner = new ReplyScanner(ring, 3);
    expect(push(scanner, Buffer.concat([reply(4, 21), reply(1, 40)]))).toBe(2);
  });

  it.each([
    ["another xid", reply(2, 40)],
    ["an error", reply(1, 40, -101)],
    ["another length, as of a failed multi", reply(1, 39)],
  ])("refuses %s", (_, bytes) => {
    expect(() => push(new ReplyScanner(ring, 0), bytes)).toThrow(ReplyError);
  });
});

function* repliesEndingBy(position: number): Generator<number> {
  let end = 0;
  for (const bytes of [...REPLY_BYTES, ...REPLY_BYTES]) {
    end += 4 + bytes;
    if (end <= position) yield end;
  }
}
