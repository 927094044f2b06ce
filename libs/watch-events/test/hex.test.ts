import fc from "fast-check";
import { expect, it } from "vitest";
import { hexOf } from "../src/hex.ts";

it("a number in hexadecimal digits is what JavaScript would write", () => {
  const numbers = fc.oneof(fc.maxSafeNat(), fc.nat(), fc.constantFrom(0, 2 ** 32 - 1, 2 ** 32));
  fc.assert(
    fc.property(numbers, (number) => {
      expect(hexOf(number)).toBe(`0x${number.toString(16)}`);
    }),
  );
});
