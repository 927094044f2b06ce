import fc from "fast-check";

/** What a bad client does to one frame. `at` is a place from 0 to 1. */
type Mutation =
  | { readonly kind: "keep" }
  | { readonly kind: "flip"; readonly at: number; readonly bit: number }
  | { readonly kind: "truncate"; readonly at: number; readonly tellsLength: boolean }
  | { readonly kind: "splice"; readonly at: number; readonly other: number; readonly from: number }
  | { readonly kind: "number"; readonly at: number; readonly value: number }
  | { readonly kind: "length"; readonly value: number }
  | { readonly kind: "insert"; readonly at: number; readonly bytes: Uint8Array }
  | { readonly kind: "repeat"; readonly times: number };

interface MutatedFrame {
  readonly seed: number;
  readonly mutations: readonly Mutation[];
}

/** One bad connection: what it sends, and in which pieces. */
export interface Attack {
  readonly bytes: Uint8Array;
  /** It shakes hands like everybody before it sends them. */
  readonly connects: boolean;
  /** Bytes of one write; 0 sends all at once. */
  readonly pieceBytes: number;
}

/** Numbers at which lengths, counts and opcodes go wrong. */
const EDGES = [
  0, 1, -1, -2, 0x7fff_ffff, -0x8000_0000, 0xf_ffff, 0x10_0000, 0x10_0001, 0xff, 0x1_0000, -10, -11,
  14, 22, 100, 102, 105,
];

const place = fc.double({ min: 0, max: 1, noNaN: true });
const number = fc.oneof(
  fc.constantFrom(...EDGES),
  fc.integer({ min: -64, max: 128 }),
  fc.integer(),
);

const mutation: fc.Arbitrary<Mutation> = fc.oneof(
  fc.record({ kind: fc.constant("keep" as const) }),
  fc.record({ kind: fc.constant("flip" as const), at: place, bit: fc.nat({ max: 7 }) }),
  fc.record({ kind: fc.constant("truncate" as const), at: place, tellsLength: fc.boolean() }),
  fc.record({
    kind: fc.constant("splice" as const),
    at: place,
    other: fc.nat({ max: 0xffff }),
    from: place,
  }),
  fc.record({ kind: fc.constant("number" as const), at: place, value: number }),
  fc.record({ kind: fc.constant("length" as const), value: number }),
  fc.record({
    kind: fc.constant("insert" as const),
    at: place,
    bytes: fc.uint8Array({ maxLength: 32 }),
  }),
  fc.record({ kind: fc.constant("repeat" as const), times: fc.integer({ min: 2, max: 5 }) }),
);

const mutatedFrame: fc.Arbitrary<MutatedFrame> = fc.record({
  seed: fc.nat({ max: 0xffff }),
  mutations: fc.array(mutation, { maxLength: 3 }),
});

/** Attacks made of these frames. */
export function attacks(seeds: readonly Uint8Array[]): fc.Arbitrary<Attack> {
  return fc
    .record({
      frames: fc.array(mutatedFrame, { minLength: 1, maxLength: 8 }),
      noise: fc.option(fc.uint8Array({ maxLength: 64 }), { freq: 8 }),
      connects: fc.boolean(),
      pieceBytes: fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 16 })),
    })
    .map(({ frames, noise, connects, pieceBytes }) => {
      const parts = frames.map((frame) => mutate(frame, seeds));
      return { bytes: Buffer.concat([...parts, noise ?? new Uint8Array(0)]), connects, pieceBytes };
    });
}

function seedAt(seeds: readonly Uint8Array[], index: number): Buffer {
  return Buffer.from(seeds[index % seeds.length] ?? []);
}

function mutate({ seed, mutations }: MutatedFrame, seeds: readonly Uint8Array[]): Uint8Array {
  let frame: Buffer = seedAt(seeds, seed);
  for (const step of mutations) frame = apply(step, frame, seeds);
  return frame;
}

function apply(step: Mutation, frame: Buffer, seeds: readonly Uint8Array[]): Buffer {
  switch (step.kind) {
    case "keep":
      return frame;
    case "flip": {
      const at = offset(step.at, frame.length - 1);
      if (at < frame.length) frame[at] = (frame[at] ?? 0) ^ (1 << step.bit);
      return frame;
    }
    case "truncate": {
      const cut = frame.subarray(0, offset(step.at, frame.length));
      return step.tellsLength ? withLength(cut) : cut;
    }
    case "splice": {
      const other = seedAt(seeds, step.other);
      const head = frame.subarray(0, offset(step.at, frame.length));
      return withLength(Buffer.concat([head, other.subarray(offset(step.from, other.length))]));
    }
    case "number": {
      // Behind the length, where a number may well be.
      if (frame.length < 8) return frame;
      frame.writeInt32BE(step.value, 4 + offset(step.at, frame.length - 8));
      return frame;
    }
    case "length":
      if (frame.length >= 4) frame.writeInt32BE(step.value, 0);
      return frame;
    case "insert": {
      const at = offset(step.at, frame.length);
      return withLength(Buffer.concat([frame.subarray(0, at), step.bytes, frame.subarray(at)]));
    }
    case "repeat":
      return Buffer.concat(Array.from({ length: step.times }, () => frame));
  }
}

const offset = (at: number, length: number): number => Math.floor(at * Math.max(length, 0));

function withLength(frame: Buffer): Buffer {
  const copy = Buffer.from(frame);
  if (copy.length >= 4) copy.writeInt32BE(copy.length - 4, 0);
  return copy;
}
