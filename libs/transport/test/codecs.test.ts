import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  decodeAdvice,
  decodeEnvelope,
  decodeNotification,
  decodeReplicaState,
  decodeReport,
  decodeToGateway,
  decodeToLeader,
  encodeAdvice,
  encodeEnvelope,
  encodeNotification,
  encodeReplicaState,
  encodeReport,
  encodeToGateway,
  encodeToLeader,
  MalformedMessage,
} from "../src/index.ts";
import {
  aMessageToGateway,
  aMessageToLeader,
  aNotification,
  anAdvice,
  anEnvelope,
  anIncarnation,
  aReplicaState,
  aReport,
} from "./arbitraries.ts";

interface Codec<T> {
  readonly encode: (message: T) => Uint8Array;
  readonly decode: (bytes: Uint8Array) => T;
  readonly arbitrary: fc.Arbitrary<T>;
}

/** What every pair of encode and decode promises. */
function behavesAsCodec<T>(name: string, { encode, decode, arbitrary }: Codec<T>): void {
  const throwsOnlyMalformed = (bytes: Uint8Array) => {
    try {
      decode(bytes);
    } catch (error) {
      expect(error).toBeInstanceOf(MalformedMessage);
    }
  };

  describe(name, () => {
    test("reads what it wrote", () => {
      fc.assert(
        fc.property(arbitrary, (message) => {
          expect(normalised(decode(encode(message)))).toEqual(normalised(message));
        }),
      );
    });

    test("earlier messages stay as they were while later ones are written and read", () => {
      fc.assert(
        fc.property(arbitrary, arbitrary, (first, second) => {
          const bytes = encode(first);
          const read = decode(bytes);
          decode(encode(second));
          expect(normalised(decode(bytes))).toEqual(normalised(first));
          expect(normalised(read)).toEqual(normalised(first));
        }),
      );
    });

    test("refuses every shorter and every longer message", () => {
      fc.assert(
        fc.property(arbitrary, fc.nat(), (message, at) => {
          const bytes = encode(message);
          const cut = bytes.slice(0, at % bytes.length);
          expect(() => decode(cut)).toThrow(MalformedMessage);
          expect(() => decode(Uint8Array.of(...bytes, 7))).toThrow(MalformedMessage);
        }),
      );
    });

    test("throws nothing but MalformedMessage at mutated and random bytes", () => {
      fc.assert(
        fc.property(arbitrary, fc.nat(), fc.nat({ max: 255 }), (message, at, byte) => {
          const bytes = encode(message).slice();
          bytes[at % bytes.length] = byte;
          throwsOnlyMalformed(bytes);
        }),
        { numRuns: 1_000 },
      );
      fc.assert(
        fc.property(fc.uint8Array({ maxLength: 80 }), fc.nat({ max: 33 }), (bytes, kind) => {
          throwsOnlyMalformed(bytes);
          throwsOnlyMalformed(Uint8Array.of(1, kind, ...bytes));
        }),
        { numRuns: 1_000 },
      );
    });
  });
}

/** Bytes may come back as another kind of byte array. */
function normalised(value: unknown): unknown {
  if (value instanceof Uint8Array) return [...value];
  if (value instanceof Map) return [...value];
  if (Array.isArray(value)) return value.map(normalised);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, normalised(item)]));
}

behavesAsCodec("envelope", {
  encode: encodeEnvelope,
  decode: decodeEnvelope,
  arbitrary: anEnvelope,
});
behavesAsCodec("notification", {
  encode: encodeNotification,
  decode: decodeNotification,
  arbitrary: fc.record({ incarnation: anIncarnation, notification: aNotification }),
});
behavesAsCodec("replica state", {
  encode: encodeReplicaState,
  decode: decodeReplicaState,
  arbitrary: aReplicaState,
});
behavesAsCodec("advice", {
  encode: encodeAdvice,
  decode: decodeAdvice,
  arbitrary: fc.record({ elector: anIncarnation, advice: anAdvice }),
});
behavesAsCodec("message to the leader", {
  encode: encodeToLeader,
  decode: decodeToLeader,
  arbitrary: aMessageToLeader,
});
behavesAsCodec("message to a gateway", {
  encode: encodeToGateway,
  decode: decodeToGateway,
  arbitrary: aMessageToGateway,
});
behavesAsCodec("report", { encode: encodeReport, decode: decodeReport, arbitrary: aReport });

test("says which version it cannot read", () => {
  expect(() => decodeEnvelope(Uint8Array.of(2, 3))).toThrow(/version 2 .* speaks 1/);
});
