import fc from "fast-check";
import { expect, it } from "vitest";
import { DataRing } from "../../src/watch/data-ring.ts";

const KIB = 1024;

it("gives back what it was given, however much comes and goes", () => {
  const step = fc.record({ length: fc.nat(40 * KIB), drops: fc.nat(3) });
  fc.assert(
    fc.property(fc.array(step, { minLength: 1, maxLength: 60 }), (steps) => {
      const ring = new DataRing();
      const kept: { readonly position: number; readonly data: string }[] = [];
      steps.forEach(({ length, drops }, i) => {
        const data = String.fromCharCode(i, 0xff - i).repeat(length / 2);
        kept.push({ position: ring.push(data), data });
        for (const { position, data } of kept) expect(ring.at(position, data.length)).toBe(data);
        for (const { position, data } of kept.splice(0, drops)) {
          ring.dropUpTo(position + data.length);
        }
      });
    }),
    { numRuns: 50 },
  );
});
