import { crc32 } from "node:zlib";
import type { Proposal } from "@meerkat/zab";

const header = new DataView(new ArrayBuffer(25));
const headerBytes = new Uint8Array(header.buffer);

/** crc32 over a log row's zxids, kind and payload: a row that was moved or renumbered fails as well. */
export function proposalChecksum(proposal: Proposal): number {
  header.setFloat64(0, proposal.previous);
  header.setFloat64(8, proposal.first);
  header.setFloat64(16, proposal.last);
  header.setUint8(24, kindCode(proposal.kind));
  return crc32(proposal.payload, crc32(headerBytes));
}

/** crc32 over whole numbers, for rows without a payload. */
export function numbersChecksum(...numbers: readonly number[]): number {
  return crc32(new Uint8Array(Float64Array.from(numbers).buffer));
}

export function kindCode(kind: Proposal["kind"]): number {
  return kind === "txns" ? 0 : 1;
}

export function kindOf(code: number): Proposal["kind"] {
  return code === 0 ? "txns" : "admission";
}
