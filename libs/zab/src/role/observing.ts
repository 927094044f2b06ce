import { AckSet } from "../broadcast/ack-set.ts";
import type { ServerId } from "../ids.ts";
import type { Ack, Envelope } from "../packets.ts";
import type { PeerCore } from "../peer-core.ts";
import type { Epoch } from "../zxid.ts";
import { Learner } from "./learner.ts";

/**
 * One who listens and does not vote. It counts the voters' published acknowledgements itself, by the
 * leader's own rules, and so knows of a commit as early as the leader does.
 */
export class Observing extends Learner {
  readonly serverState = "OBSERVING";
  readonly #acks: AckSet;
  #acksEpoch: Epoch | undefined;

  constructor(core: PeerCore, leader: ServerId) {
    super(core, leader);
    this.#acks = new AckSet(core.quorum, core.electorate);
  }

  override step(envelope: Envelope): void {
    if (envelope.packet.type === "ACK") this.#onAck(envelope.from, envelope.packet);
    super.step(envelope);
  }

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
    if (packet.type === "ACK") {
      this.historyMoved();
      return;
    }
    if (packet.type !== "COMMIT" || packet.epoch <= this.epoch) return;
    this.core.endRole(`server ${from} leads the higher epoch ${packet.epoch}`);
  }

  protected override historyMoved(): void {
    if (this.#acksEpoch !== this.join.epoch || !this.join.isSynchronized) return;
    this.core.history.commitTo(this.#acks.zxidWatermark());
  }

  #onAck(from: ServerId, packet: Ack): void {
    if (packet.epoch !== this.join.epoch) return;
    if (!this.core.config.voters.includes(from)) return;
    if (this.#acksEpoch !== packet.epoch) {
      this.#acks.clear();
      this.#acksEpoch = packet.epoch;
    }
    this.#acks.record(from, packet);
  }
}
