import type { ToGateway, ToLeader } from "@meerkat/transport";
import { DataTree, prepare, type Request, type Txn } from "@meerkat/tree";
import { type Epoch, makeZxid, type Zxid } from "@meerkat/zab";
import { RequestTaker } from "./request-taker.ts";

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
  readonly #taker: RequestTaker;
  #counter = 0;

  constructor(epoch: number, initialHistory: readonly LoggedTxn[] = []) {
    this.epoch = epoch as Epoch;
    this.#taker = new RequestTaker(this.epoch);
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
      case "tick":
        return this.#taker.onTick(message);
      case "requests": {
        const { requests, answers } = this.#taker.onBatch(message);
        for (const request of requests) this.#log(request);
        return answers;
      }
    }
  }

  #log(request: Request): void {
    this.#counter += 1;
    const zxid = makeZxid(this.epoch, this.#counter);
    this.log.push({ zxid, txn: prepare(this.#tree, request, { zxid, time: 1_000 }) });
  }
}
