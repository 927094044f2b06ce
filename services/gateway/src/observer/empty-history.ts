import { EPOCH_ZERO, type StoredHistory, type StoreId, ZXID_ZERO } from "@meerkat/zab";

/** What an observer starts from: it keeps nothing across its runs and speaks for no data folder. */
export function emptyHistory(): StoredHistory {
  return {
    storeId: 0 as StoreId,
    hardState: { acceptedEpoch: EPOCH_ZERO, currentEpoch: EPOCH_ZERO, voice: false },
    snapshotZxid: ZXID_ZERO,
    committed: ZXID_ZERO,
    proposals: [],
    logStart: ZXID_ZERO,
    epochEnds: [],
    admissions: [],
  };
}
