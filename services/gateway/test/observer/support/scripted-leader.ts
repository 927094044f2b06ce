import { JuteReader } from "@meerkat/jute";
import type { RequestBatch, ToGateway, ToLeader } from "@meerkat/transport";
import { DataTree, decodeRequest, prepare, type Txn } from "@meerkat/tree";
import { type Epoch, makeZxid, type Zxid } from "@meerkat/zab";

export interface LoggedTxn {
  readonly zxid: Zxid;
  readonly txn: Txn;
}

/** A leader as the contract describes it, of one epoch, with nobody to ask for a quorum. */
export class ScriptedLeader {
  readonly epoch: Epoch;
  /** Its whole history; the initial part is what it took over. */
  readonly log: LoggedTxn[];
  readonly heard: ToLeader[] = [];
  readonly #tree = new DataTree();
  readonly #expected = new Map<number, number>();
  #counter = 0;

  constructor(epoch: number, initialHistory: readonly LoggedTxn[] = []) {
    this.epoch = epoch as Epoch;
    this.log = [...initialHistory];
    for (const { txn, zxid } of initialHistory) this.#tree.apply(txn, zxid);
  }

  get lastZxid(): Zxid {
    return this.log.at(-1)?.zxid ?? makeZxid(this.epoch, 0);
  }

  take(message: ToLeader): ToGateway[] {
    if (message.epoch !== this.epoch) return [];
    this.heard.push(message);
    const { epoch } = this;
    switch (message.type) {
      case "barrier":
        return [{ type: "barrier", epoch, id: message.id, zxid: this.lastZxid }];
      case "tick": {
        const expected = this.#expected.get(message.gateway);
        if (expected === undefined) {
          this.#expected.set(message.gateway, message.firstUnanswered);
          return [{ type: "welcome", epoch, expected: message.firstUnanswered }];
        }
        return expected <= message.lastNumber ? [{ type: "resend", epoch, from: expected }] : [];
      }
      case "requests":
        return this.#takeBatch(message);
    }
  }

  #takeBatch(batch: RequestBatch): ToGateway[] {
    const { epoch } = this;
    if (!this.#expected.has(batch.gateway)) {
      if (!batch.opening) return [];
      this.#expected.set(batch.gateway, batch.first);
    }
    const expected = this.#expected.get(batch.gateway) ?? 0;
    if (batch.first > expected) return [{ type: "resend", epoch, from: expected }];
    const reader = new JuteReader(batch.requests);
    for (let number = batch.first; number < batch.first + batch.count; number += 1) {
      const request = decodeRequest(reader, { gateway: batch.gateway, number });
      if (number < expected) continue;
      this.#counter += 1;
      const zxid = makeZxid(epoch, this.#counter);
      this.log.push({ zxid, txn: prepare(this.#tree, request, { zxid, time: 1_000 }) });
      this.#expected.set(batch.gateway, number + 1);
    }
    return [];
  }
}
