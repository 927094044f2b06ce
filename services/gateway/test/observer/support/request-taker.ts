import { JuteReader } from "@meerkat/jute";
import type { GatewayTick, RequestBatch, ToGateway } from "@meerkat/transport";
import { decodeRequest, type Request } from "@meerkat/tree";
import type { Epoch } from "@meerkat/zab";

/** The contract's leader side in its plainest form: each gateway's numbers in order, each once. */
export class RequestTaker {
  readonly #epoch: Epoch;
  readonly #expected = new Map<number, number>();

  constructor(epoch: Epoch) {
    this.#epoch = epoch;
  }

  onTick(tick: GatewayTick): ToGateway[] {
    const epoch = this.#epoch;
    const expected = this.#expected.get(tick.gateway);
    if (expected === undefined) {
      this.#expected.set(tick.gateway, tick.firstUnanswered);
      return [{ type: "welcome", epoch, expected: tick.firstUnanswered }];
    }
    return expected <= tick.lastNumber ? [{ type: "resend", epoch, from: expected }] : [];
  }

  /** The requests that were not taken before, and what to tell the gateway. */
  onBatch(batch: RequestBatch): { readonly requests: Request[]; readonly answers: ToGateway[] } {
    const { gateway } = batch;
    if (!this.#expected.has(gateway) && batch.opening) this.#expected.set(gateway, batch.first);
    const expected = this.#expected.get(gateway);
    if (expected === undefined) return { requests: [], answers: [] };
    if (batch.first > expected) {
      return {
        requests: [],
        answers: [{ type: "resend", epoch: this.#epoch, from: expected }],
      };
    }
    const reader = new JuteReader(batch.requests);
    const requests: Request[] = [];
    for (let number = batch.first; number < batch.first + batch.count; number += 1) {
      const request = decodeRequest(reader, { gateway, number });
      if (number >= expected) requests.push(request);
    }
    this.#expected.set(gateway, Math.max(expected, batch.first + batch.count));
    return { requests, answers: [] };
  }
}
