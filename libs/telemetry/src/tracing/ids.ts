import { randomFillSync } from "node:crypto";

const TRACE_ID_BYTES = 16;
const SPAN_ID_BYTES = 8;

/** Random bytes are drawn in one go for so many ids. */
const pool = Buffer.alloc(4096);
let taken = pool.length;

export function newTraceId(): string {
  return draw(TRACE_ID_BYTES);
}

export function newSpanId(): string {
  return draw(SPAN_ID_BYTES);
}

/** All zeros would name no span at all, which chance brings once in 2^64. */
function draw(bytes: number): string {
  if (taken + bytes > pool.length) {
    randomFillSync(pool);
    taken = 0;
  }
  const id = pool.toString("hex", taken, taken + bytes);
  taken += bytes;
  return id;
}
