import { EPOCH_ZERO, type HardState } from "@meerkat/zab";

/** What an empty folder promises: nothing. */
export const EPOCH_ZERO_STATE: HardState = {
  acceptedEpoch: EPOCH_ZERO,
  currentEpoch: EPOCH_ZERO,
  voice: false,
};
