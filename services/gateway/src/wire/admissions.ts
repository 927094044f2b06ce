import type { WireLimits } from "./limits.ts";

/** Counts connections, all together and by address, against their limits. */
export class Admissions {
  readonly #limits: WireLimits;
  readonly #byAddress = new Map<string, number>();
  #count = 0;

  constructor(limits: WireLimits) {
    this.#limits = limits;
  }

  /** What to call when the connection is over; undefined when there is one too many already. */
  admit(address: string): (() => void) | undefined {
    const { connectionsMax, connectionsPerAddressMax } = this.#limits;
    const ofAddress = this.#byAddress.get(address) ?? 0;
    if (this.#count >= connectionsMax) return undefined;
    if (connectionsPerAddressMax > 0 && ofAddress >= connectionsPerAddressMax) return undefined;
    this.#count += 1;
    this.#byAddress.set(address, ofAddress + 1);
    return () => this.#leave(address);
  }

  #leave(address: string): void {
    this.#count -= 1;
    const left = (this.#byAddress.get(address) ?? 1) - 1;
    if (left === 0) this.#byAddress.delete(address);
    else this.#byAddress.set(address, left);
  }
}
