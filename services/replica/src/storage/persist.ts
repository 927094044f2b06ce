import { decodeMembers, type Persist } from "@meerkat/zab";
import { ownBytes } from "./own-bytes.ts";
import type { WriteInput } from "./storage-worker/input.ts";

/** As nearly all writes do. */
export function onlyAppendsTxns(persist: Persist): boolean {
  return (
    persist.append.length > 0 &&
    persist.append.every(({ kind }) => kind === "txns") &&
    persist.stage.length === 0 &&
    persist.install === undefined &&
    persist.truncateAfter === undefined &&
    persist.hardState === undefined
  );
}

/** Of what is written, without what surrounds it. */
export function bytesOf({ append, stage }: Persist): number {
  let bytes = 0;
  for (const { payload } of append) bytes += payload.byteLength;
  for (const { chunk } of stage) bytes += chunk.byteLength;
  return bytes;
}

/** The payloads are copied out of whatever buffer they lie in, once, and handed over. */
export function writeInputOf(
  id: number,
  persist: Persist,
): { readonly input: WriteInput; readonly transfer: ArrayBuffer[] } {
  const append = persist.append.map((row) => ({ ...row, payload: ownBytes(row.payload) }));
  const stage = persist.stage.map((part) => ({ ...part, chunk: ownBytes(part.chunk) }));
  const admissions = persist.append
    .filter(({ kind }) => kind === "admission")
    .map(({ last, payload }) => ({ zxid: last, members: decodeMembers(payload) }));
  const transfer = [
    ...append.map(({ payload }) => payload.buffer),
    ...stage.map(({ chunk }) => chunk.buffer),
  ];
  return { input: { type: "write", id, ...persist, stage, append, admissions }, transfer };
}
