import type { BarrierRequest, ToGateway } from "@meerkat/transport";
import type { Peer, Ready } from "@meerkat/zab";

/** Barriers waiting for their round; a gateway asks again for one that was dropped. */
const WAITING_MAX = 10_000;

/** Linearizable reads: passes a gateway's question on to the peer, and the proof back. */
export class ReadBarrier {
  readonly #peer: Pick<Peer, "barrier">;
  readonly #reply: (gateway: number, message: ToGateway) => void;
  readonly #waiting = new Map<number, BarrierRequest>();
  #nextId: number;

  /** `firstId` is above every id of an earlier reign, whose late answers then find nobody. */
  constructor(
    peer: Pick<Peer, "barrier">,
    firstId: number,
    reply: (gateway: number, message: ToGateway) => void,
  ) {
    this.#peer = peer;
    this.#nextId = firstId;
    this.#reply = reply;
  }

  onRequest(request: BarrierRequest): void {
    if (this.#waiting.size >= WAITING_MAX) return;
    const id = this.#nextId++;
    this.#waiting.set(id, request);
    this.#peer.barrier(id);
  }

  onReady({ barriers, barriersLost }: Pick<Ready, "barriers" | "barriersLost">): void {
    for (const { id, zxid } of barriers) {
      const request = this.#waiting.get(id);
      if (request === undefined) continue;
      this.#waiting.delete(id);
      const { gateway, epoch } = request;
      this.#reply(gateway, { type: "barrier", epoch, id: request.id, zxid });
    }
    // The leader of the next epoch is asked again.
    for (const id of barriersLost) this.#waiting.delete(id);
  }
}
