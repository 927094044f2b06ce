import { formatZxid, type Proposal, ZXID_ZERO, type Zxid } from "@meerkat/zab";
import { ownBytes } from "./own-bytes.ts";
import type { ReadLog, ReadSnapshot } from "./storage-worker/input.ts";
import type { StorageOutput } from "./storage-worker/output.ts";
import type { Store } from "./store.ts";

export interface ReadAnswer {
  readonly answer: StorageOutput;
  /** What was found damaged on the way; it is not part of the answer. */
  readonly damage?: string;
  readonly transfer: ArrayBuffer[];
}

/** Log rows after a zxid: at least one when there is one, further ones up to `bytesMax`. */
export function readLog(store: Store, { id, after, bytesMax }: ReadLog): ReadAnswer {
  const logStart = logStartOf(store);
  if (after < logStart) return gone(id, logStart);
  const proposals: Proposal[] = [];
  const transfer: ArrayBuffer[] = [];
  let bytes = 0;
  for (const { proposal, sound } of store.log.after(after)) {
    bytes += proposal.payload.byteLength;
    if (proposals.length > 0 && bytes > bytesMax) break;
    if (!sound && proposals.length > 0) break;
    // What lies behind this one row can be read.
    if (!sound) return gone(id, proposal.last, `the log row ${formatZxid(proposal.last)}`);
    const payload = ownBytes(proposal.payload);
    proposals.push({ ...proposal, payload });
    transfer.push(payload.buffer);
  }
  return { answer: { type: "log", id, proposals }, transfer };
}

/** One chunk of a complete snapshot. */
export function readSnapshot(store: Store, { id, index, zxid }: ReadSnapshot): ReadAnswer {
  const logStart = logStartOf(store);
  const completed = store.snapshots.completed();
  const header = zxid === undefined ? completed[0] : completed.find((one) => one.zxid === zxid);
  if (header === undefined) return gone(id, logStart);
  const part = store.snapshots.chunk(header, index);
  if (part === undefined) return gone(id, logStart);
  if (part === "damaged") {
    return gone(id, logStart, `chunk ${index} of the snapshot at ${formatZxid(header.zxid)}`);
  }
  const chunk = ownBytes(part.chunk);
  return {
    answer: { type: "snapshot", id, part: { ...part, chunk }, members: header.members },
    transfer: [chunk.buffer],
  };
}

function logStartOf({ log, snapshots }: Store): Zxid {
  return log.start ?? snapshots.completed()[0]?.zxid ?? ZXID_ZERO;
}

function gone(id: number, logStart: Zxid, damage?: string): ReadAnswer {
  const answer = { type: "gone", id, logStart } as const;
  return { answer, transfer: [], ...(damage !== undefined && { damage }) };
}
