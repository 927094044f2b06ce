import type { HardState, Persist, ServerId, StoreId } from "@meerkat/zab";
import type { Image } from "../image.ts";
import { Violation } from "../violation.ts";
import type { Checker } from "./checker.ts";

/**
 * PersistedEpochs: on one disk neither epoch ever falls, nor does currentEpoch pass acceptedEpoch.
 */
export class PersistedEpochs implements Checker {
  readonly #hardStates = new Map<StoreId, HardState>();

  durable(server: ServerId, { storeId, hardState }: Image, _persist: Persist): void {
    const before = this.#hardStates.get(storeId);
    this.#hardStates.set(storeId, hardState);
    const { acceptedEpoch, currentEpoch } = hardState;
    const stored = `acceptedEpoch ${acceptedEpoch} and currentEpoch ${currentEpoch}`;
    const claim = `server ${server} stores ${stored}`;
    if (currentEpoch > acceptedEpoch) throw new Violation("PersistedEpochs", claim);
    if (before === undefined || before === hardState) return;
    if (acceptedEpoch >= before.acceptedEpoch && currentEpoch >= before.currentEpoch) return;
    const held = `${before.acceptedEpoch} and ${before.currentEpoch}`;
    throw new Violation("PersistedEpochs", `${claim} after ${held}`);
  }
}
