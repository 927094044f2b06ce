import type { ServerId } from "../ids.ts";
import type { Envelope } from "../packets.ts";
import type { PeerCore } from "../peer-core.ts";
import type { Epoch } from "../zxid.ts";
import type { Role } from "./role.ts";

/** In no epoch: a voter waits for advice, an observer for the heartbeat of a leader. */
export class Looking implements Role {
  readonly serverState = "LOOKING";
  readonly zabState = "ELECTION";
  readonly leader = undefined;
  readonly established = false;
  readonly hasWork = false;
  readonly quietTicks = 0;
  readonly awaitsDisk = true;
  readonly #core: PeerCore;
  readonly #found: (leader: ServerId) => void;

  constructor(core: PeerCore, found: (leader: ServerId) => void) {
    this.#core = core;
    this.#found = found;
  }

  get epoch(): Epoch {
    return this.#core.hardState.currentEpoch;
  }

  step({ from, packet }: Envelope): void {
    if (packet.type !== "COMMIT" || !this.#core.config.observer) return;
    if (packet.epoch >= this.#core.hardState.currentEpoch) this.#found(from);
  }

  tick(): void {
    // Whoever looks has no deadline: the election has.
  }

  persisted(): void {
    // Nothing waits for the disk.
  }

  prepareReady(): void {
    // Nothing to say.
  }

  leave(): void {
    // Nothing to give up.
  }
}
