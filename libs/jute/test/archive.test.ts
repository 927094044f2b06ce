import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { MarshallingError } from "../src/archive/marshalling-error.ts";
import { JuteReader } from "../src/archive/reader.ts";
import { JuteWriter } from "../src/archive/writer.ts";

const byteText = fc
  .uint8Array({ maxLength: 300 })
  .map((bytes) => Buffer.from(bytes).toString("latin1"));

/** One value of every type, with what writes and what reads it. */
const field = fc.oneof(
  fc.integer({ min: 0, max: 255 }).map((value) => ({
    value: value as unknown,
    write: (writer: JuteWriter) => writer.writeByte(value),
    read: (reader: JuteReader): unknown => reader.readByte(),
  })),
  fc.boolean().map((value) => ({
    value: value as unknown,
    write: (writer: JuteWriter) => writer.writeBoolean(value),
    read: (reader: JuteReader): unknown => reader.readBoolean(),
  })),
  fc.integer().map((value) => ({
    value: value as unknown,
    write: (writer: JuteWriter) => writer.writeInt(value),
    read: (reader: JuteReader): unknown => reader.readInt(),
  })),
  fc.maxSafeInteger().map((value) => ({
    value: value as unknown,
    write: (writer: JuteWriter) => writer.writeLong(value),
    read: (reader: JuteReader): unknown => reader.readLong(),
  })),
  fc.option(fc.string({ unit: "binary", maxLength: 300 })).map((value) => ({
    value: value as unknown,
    write: (writer: JuteWriter) => writer.writeUstring(value),
    read: (reader: JuteReader): unknown => reader.readUstring(),
  })),
  fc.option(byteText).map((value) => ({
    value: value as unknown,
    write: (writer: JuteWriter) => writer.writeLatin1(value),
    read: (reader: JuteReader): unknown => reader.readLatin1(),
  })),
  fc.option(fc.uint8Array({ maxLength: 300 })).map((value) => ({
    value: (value === null ? null : [...value]) as unknown,
    write: (writer: JuteWriter) => writer.writeBuffer(value),
    read: (reader: JuteReader): unknown => {
      const bytes = reader.readBuffer();
      return bytes === null ? null : [...bytes];
    },
  })),
);

describe("what was written is read", () => {
  test("in any order of types, however small the buffer was at first", () => {
    fc.assert(
      fc.property(fc.array(field), fc.integer({ min: 1, max: 64 }), (fields, capacityBytes) => {
        const writer = new JuteWriter(capacityBytes);
        for (const { write } of fields) write(writer);
        const reader = new JuteReader(writer.toBytes());
        for (const { value, read } of fields) expect(read(reader)).toEqual(value);
        expect(reader.remaining).toBe(0);
      }),
    );
  });

  test("from the same writer and reader again and again", () => {
    const writer = new JuteWriter(8);
    const reader = new JuteReader();
    for (let i = 0; i < 3; i += 1) {
      writer.reset();
      writer.writeUstring(`text ${i}`);
      reader.reset(writer.view());
      expect(reader.readString()).toBe(`text ${i}`);
    }
  });

  test("after an int was patched", () => {
    const writer = new JuteWriter();
    writer.writeInt(0);
    writer.writeInt(7);
    writer.patchInt(0, -5);
    const reader = new JuteReader(writer.toBytes());
    expect([reader.readInt(), reader.readInt()]).toEqual([-5, 7]);
    expect(() => writer.patchInt(6, 1)).toThrow(MarshallingError);
  });
});

test("the encodings are ZooKeeper's", () => {
  const writer = new JuteWriter();
  writer.writeInt(-2);
  writer.writeLong(-1);
  writer.writeLong(0x100000002);
  writer.writeUstring("/ä");
  writer.writeUstring(null);
  writer.writeLatin1("\u00ff");
  writer.writeBoolean(true);
  expect(Buffer.from(writer.toBytes()).toString("hex")).toBe(
    "fffffffe" +
      "ffffffffffffffff" +
      "0000000100000002" +
      "000000032fc3a4" +
      "ffffffff" +
      "00000001ff" +
      "01",
  );
});

describe("hostile bytes", () => {
  const reader = new JuteReader();

  test.each([
    ["a length beyond the end", [0x7f, 0xff, 0xff, 0xff], () => reader.readUstring()],
    ["a length below -1", [0xff, 0xff, 0xff, 0xfe], () => reader.readLatin1()],
    ["a buffer that ends early", [0, 0, 0, 2, 1], () => reader.readBuffer()],
    ["a vector larger than the rest", [0, 0, 0, 2, 1, 1, 1, 1], () => reader.readVectorLength(4)],
    ["a vector below -1", [0xff, 0xff, 0xff, 0x00], () => reader.readVectorLength(1)],
    ["half an int", [0, 0], () => reader.readInt()],
    ["half a long", [0, 0, 0, 0, 0], () => reader.readLong()],
    ["a long beyond 2^53", [0x7f, 0, 0, 0, 0, 0, 0, 0], () => reader.readLong()],
    ["null where a text must be", [0xff, 0xff, 0xff, 0xff], () => reader.readString()],
    ["null where bytes must be", [0xff, 0xff, 0xff, 0xff], () => reader.readBytes()],
    ["nothing", [], () => reader.readByte()],
  ])("%s is a MarshallingError", (_what, bytes, read) => {
    reader.reset(Uint8Array.from(bytes));
    expect(read).toThrow(MarshallingError);
  });

  test("a number that is not an exact long is not written", () => {
    const writer = new JuteWriter();
    expect(() => writer.writeLong(2 ** 53)).toThrow(MarshallingError);
    expect(() => writer.writeLong(0.5)).toThrow(MarshallingError);
  });
});

describe("reading within a part", () => {
  test("ends where the part ends, and can move on to the next one", () => {
    const reader = new JuteReader(Uint8Array.from([0, 0, 0, 1, 0, 0, 0, 2, 9]));
    reader.within(4, 8);
    expect(reader.readInt()).toBe(2);
    expect(reader.remaining).toBe(0);
    expect(() => reader.readByte()).toThrow(MarshallingError);
    reader.within(0, 4);
    expect(reader.readInt()).toBe(1);
    expect(() => reader.within(5, 10)).toThrow(RangeError);
  });

  test("a long beyond 2^53 is read as the nearest number where it is only compared", () => {
    const reader = new JuteReader(Uint8Array.from([0x7f, 255, 255, 255, 255, 255, 255, 255]));
    expect(reader.readNearestLong()).toBe(2 ** 63);
  });
});

describe("passing over a buffer that is known", () => {
  const bytes = Uint8Array.from([0, 0, 0, 2, 0x61, 0xe9, 7]);

  test("goes behind it", () => {
    const reader = new JuteReader(bytes);
    expect(reader.skipLatin1("aé")).toBe(true);
    expect(reader.readByte()).toBe(7);
  });

  test.each(["a", "aa", "ae", "aé\u0007", "a much longer text"])(
    "leaves another one: %j",
    (text) => {
      const reader = new JuteReader(bytes);
      expect(reader.skipLatin1(text)).toBe(false);
      expect(reader.readLatin1()).toBe("aé");
    },
  );
});
