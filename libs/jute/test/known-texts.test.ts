import fc from "fast-check";
import { expect, test } from "vitest";
import { KnownTexts } from "../src/archive/known-texts.ts";

const anyText = fc.oneof(
  fc.string({ maxLength: 150 }),
  fc.string({ unit: "binary", maxLength: 60 }),
  fc.constantFrom("/a", "/b", "/a/b", "/\u00e4", "\ufffd", "/a".repeat(64)),
);

function viewOf({ buffer, byteOffset, byteLength }: Buffer): DataView {
  return new DataView(buffer, byteOffset, byteLength);
}

test("every text comes back as it is, whatever was read before", () => {
  const known = new KnownTexts();
  fc.assert(
    fc.property(fc.array(anyText, { maxLength: 40 }), (texts) => {
      for (const text of texts) {
        const bytes = Buffer.from(`..${text}..`);
        const expected = Buffer.from(text).toString();
        expect(known.read(bytes, viewOf(bytes), 2, bytes.length - 2)).toBe(expected);
      }
    }),
  );
});

test("bytes that are no UTF-8 are read as Buffer reads them", () => {
  const known = new KnownTexts();
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => {
      const buffer = Buffer.from(bytes);
      for (let time = 0; time < 2; time += 1) {
        const text = known.read(buffer, viewOf(buffer), 0, buffer.length);
        expect(text).toBe(buffer.toString("utf8"));
      }
    }),
  );
});
