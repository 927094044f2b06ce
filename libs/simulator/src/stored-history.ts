import {
  decodeMembers,
  type Members,
  type Proposal,
  type StoredHistory,
  ZXID_ZERO,
  type Zxid,
} from "@meerkat/zab";
import { epochEndsOf, type Image, indexAfter } from "./image.ts";

/**
 * What a host tells its peer at start: `windowBytes` of committed proposals, and all that follow.
 */
export function storedHistoryOf(image: Image, windowBytes: number): StoredHistory {
  const { storeId, hardState, logStart, log } = image;
  const snapshotZxid = image.snapshots.at(-1)?.zxid ?? ZXID_ZERO;
  const committed = Math.max(image.committed, snapshotZxid) as Zxid;
  let from = indexAfter(log, committed);
  let bytes = 0;
  while (from > 0) {
    bytes += (log[from - 1] as Proposal).payload.length;
    if (bytes > windowBytes) break;
    from--;
  }
  return {
    storeId,
    hardState,
    snapshotZxid,
    committed,
    proposals: log.slice(from),
    logStart,
    epochEnds: epochEndsOf(image),
    admissions: admissionsOf(image),
  };
}

/** The snapshot's admission stands for all before it. */
function admissionsOf(image: Image): { zxid: Zxid; members: Members }[] {
  const snapshot = image.snapshots.at(-1);
  const admissions =
    snapshot === undefined ? [] : [{ zxid: snapshot.zxid, members: snapshot.members }];
  for (const { kind, last, payload } of image.log) {
    if (kind !== "admission" || last <= (snapshot?.zxid ?? ZXID_ZERO)) continue;
    admissions.push({ zxid: last, members: decodeMembers(payload) });
  }
  return admissions;
}
