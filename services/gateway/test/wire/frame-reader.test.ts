import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { FrameReader } from "../../src/wire/frame-reader.ts";

const FRAME_BYTES_MAX = 2_000;

const anyFrame = fc.oneof(
  { weight: 5, arbitrary: fc.uint8Array({ maxLength: 40 }) },
  { weight: 1, arbitrary: fc.uint8Array({ minLength: 500, maxLength: FRAME_BYTES_MAX }) },
);
const anyCuts = fc.array(fc.nat(), { maxLength: 30 });

function encode(frames: readonly Uint8Array[]): Buffer {
  const parts = frames.flatMap((frame) => {
    const length = Buffer.alloc(4);
    length.writeInt32BE(frame.length);
    return [length, Buffer.from(frame)];
  });
  return Buffer.concat(parts);
}

/** Copies of their own memory, as a socket gives them. */
function cut(bytes: Buffer, cuts: readonly number[]): Buffer[] {
  const places = cuts.map((at) => at % (bytes.length + 1)).sort((a, b) => a - b);
  return [0, ...places].map((from, i) => Buffer.from(bytes.subarray(from, places[i])));
}

function current(reader: FrameReader): string {
  return reader.buffer.toString("hex", reader.start, reader.end);
}

const hex = (frame: Uint8Array) => Buffer.from(frame).toString("hex");

/** Takes what is there; `onFrame` may unread. */
function drain(reader: FrameReader, onFrame: (frame: string) => void): "more" | "bad" {
  for (let status = reader.next(); ; status = reader.next()) {
    if (status !== "frame") return status;
    onFrame(current(reader));
  }
}

describe("frames", () => {
  it("come out as they went in, however they were cut", () => {
    fc.assert(
      fc.property(fc.array(anyFrame, { maxLength: 12 }), anyCuts, (frames, cuts) => {
        const reader = new FrameReader(FRAME_BYTES_MAX);
        const seen: string[] = [];
        for (const chunk of cut(encode(frames), cuts)) {
          reader.push(chunk);
          expect(drain(reader, (frame) => seen.push(frame))).toBe("more");
        }
        expect(seen).toEqual(frames.map(hex));
        expect(reader.bytesHeld).toBe(0);
      }),
    );
  });

  it("come again when they were not handled, also with more behind them", () => {
    const anyRefusals = fc.array(fc.boolean(), { minLength: 1, maxLength: 40 });
    fc.assert(
      fc.property(
        fc.array(anyFrame, { maxLength: 12 }),
        anyCuts,
        anyRefusals,
        (frames, cuts, refusals) => {
          const reader = new FrameReader(FRAME_BYTES_MAX);
          const seen: string[] = [];
          let asked = 0;
          const takeSome = () => {
            for (;;) {
              const held = reader.bytesHeld;
              if (reader.next() !== "frame") return;
              const isRefused = refusals[asked++ % refusals.length] === true;
              if (!isRefused) {
                seen.push(current(reader));
              } else {
                reader.unread();
                expect(reader.bytesHeld).toBe(held);
                return;
              }
            }
          };
          for (const chunk of cut(encode(frames), cuts)) {
            reader.push(chunk);
            takeSome();
          }
          drain(reader, (frame) => seen.push(frame));
          expect(seen).toEqual(frames.map(hex));
        },
      ),
    );
  });

  it("with lengths that nobody may announce are found wherever they are, again and again", () => {
    const anyBadLength = fc.oneof(
      fc.integer({ min: -(2 ** 31), max: -1 }),
      fc.integer({ min: FRAME_BYTES_MAX + 1, max: 2 ** 31 - 1 }),
    );
    fc.assert(
      fc.property(
        fc.array(anyFrame, { maxLength: 5 }),
        anyBadLength,
        anyCuts,
        (frames, bad, cuts) => {
          const reader = new FrameReader(FRAME_BYTES_MAX);
          const length = Buffer.alloc(4);
          length.writeInt32BE(bad);
          const bytes = Buffer.concat([encode(frames), length, Buffer.from("tail")]);
          const seen: string[] = [];
          let status = "more";
          for (const chunk of cut(bytes, cuts)) {
            reader.push(chunk);
            status = drain(reader, (frame) => seen.push(frame));
          }
          expect(status).toBe("bad");
          expect(reader.next()).toBe("bad");
          expect(seen).toEqual(frames.map(hex));
        },
      ),
    );
  });

  it("may be as long as the limit and no longer", () => {
    const reader = new FrameReader(FRAME_BYTES_MAX);
    reader.push(encode([Buffer.alloc(FRAME_BYTES_MAX), Buffer.alloc(FRAME_BYTES_MAX + 1)]));
    expect(reader.next()).toBe("frame");
    expect(reader.end - reader.start).toBe(FRAME_BYTES_MAX);
    expect(reader.next()).toBe("bad");
  });

  it("may be empty", () => {
    const reader = new FrameReader(FRAME_BYTES_MAX);
    reader.push(Buffer.alloc(4));
    expect(reader.next()).toBe("frame");
    expect(reader.end - reader.start).toBe(0);
    expect(reader.next()).toBe("more");
  });
});

describe("the first four bytes", () => {
  it("are seen without being taken, however they were cut", () => {
    fc.assert(
      fc.property(anyFrame, anyCuts, (frame, cuts) => {
        const reader = new FrameReader(FRAME_BYTES_MAX);
        const seen: string[] = [];
        let arrived = 0;
        for (const chunk of cut(encode([frame]), cuts)) {
          reader.push(chunk);
          arrived += chunk.length;
          if (seen.length > 0) break;
          expect(reader.bytesHeld).toBe(arrived);
          expect(reader.peekInt()).toBe(arrived < 4 ? undefined : frame.length);
          drain(reader, (found) => seen.push(found));
        }
        expect(seen).toEqual([hex(frame)]);
      }),
    );
  });
});

describe("memory", () => {
  const bytesOf = (reader: FrameReader) => reader.buffer.buffer.byteLength;

  it("is not taken for what is only announced", () => {
    const before = process.memoryUsage().arrayBuffers;
    const readers = Array.from({ length: 2_000 }, () => new FrameReader(2 ** 30));
    const announcement = Buffer.alloc(4);
    announcement.writeInt32BE(2 ** 30);
    for (const reader of readers) {
      reader.push(Buffer.from(announcement));
      expect(reader.next()).toBe("more");
    }
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(10 * 1024 * 1024);
    expect(readers[0]?.bytesHeld).toBe(4);
  });

  it("grows with what has come, to less than twice of it", () => {
    const reader = new FrameReader(2 ** 20);
    const bytes = encode([Buffer.alloc(1_000_000, 1)]);
    for (let at = 0; at < bytes.length; at += 10_000) {
      expect(reader.next()).toBe("more");
      reader.push(Buffer.from(bytes.subarray(at, at + 10_000)));
    }
    expect(reader.next()).toBe("frame");
    expect(bytesOf(reader)).toBeLessThan(2 * bytes.length);
  });

  it("of the last frame is given back when nothing more is there", () => {
    const reader = new FrameReader(2 ** 20);
    const bytes = encode([Buffer.alloc(1_000_000, 1)]);
    reader.push(bytes.subarray(0, 10));
    expect(reader.next()).toBe("more");
    reader.push(bytes.subarray(10));
    expect(reader.next()).toBe("frame");
    expect(reader.next()).toBe("more");
    expect(reader.buffer.length).toBe(0);
    expect(reader.bytesHeld).toBe(0);
  });
});
