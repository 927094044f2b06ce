import type { Envelope } from "../packets.ts";
import { Learner } from "./learner.ts";

/**
 * One who listens and does not vote. The leader sends it what is committed, so that it hears of each
 * batch once: counting the voters' acknowledgements itself would save it a hop and cost it a
 * message from each of them.
 */
export class Observing extends Learner {
  readonly serverState = "OBSERVING";

  prepareReady(): void {
    // An observer acknowledges nothing.
  }

  persisted(): void {
    // An observer has no disk that counts.
  }

  override get hasWork(): boolean {
    return false;
  }

  /** Only established leaders take observers in, so there is nothing to wait for. */
  protected newLeaderTaken(): void {
    this.becomeEstablished();
  }

  protected onStranger({ from, packet }: Envelope): void {
    if (packet.type !== "COMMIT" || packet.epoch <= this.epoch) return;
    this.core.endRole(`server ${from} leads the higher epoch ${packet.epoch}`);
  }
}
