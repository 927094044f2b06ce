import type { Envelope } from "../packets.ts";
import { Learner } from "./learner.ts";

/** A voter that follows: it promises, logs and acknowledges. */
export class Following extends Learner {
  readonly serverState = "FOLLOWING";

  prepareReady(): void {
    if (this.join.isSynchronized) this.broadcast.sendAcks();
  }

  persisted(): void {
    if (this.join.isSynchronized) this.broadcast.persisted();
  }

  protected newLeaderTaken(): void {
    this.join.advance("acknowledged");
    this.broadcast.requestAck();
  }

  protected onStranger({ from, packet }: Envelope): void {
    if (packet.type !== "COMMIT" || !this.isDeposedBy(packet)) return;
    this.core.endRole(`server ${from} leads the higher epoch ${packet.epoch}`);
  }
}
