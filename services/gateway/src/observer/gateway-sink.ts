import type { Acl, ApplySink, EventType, SessionId, TxnResult } from "@meerkat/tree";
import type { TreeListener } from "../coordination.ts";

/** Where the answers to this gateway's own requests go. */
export interface ResultTaker {
  onResult(requestNumber: number, result: TxnResult): void;
}

/** What the gateway takes from a txn while it is applied: answers, events, the fate of sessions. */
export class GatewaySink implements ApplySink {
  readonly #gateway: number;
  readonly #requests: ResultTaker;
  readonly #listeners: readonly TreeListener[];

  constructor(gateway: number, requests: ResultTaker, listeners: readonly TreeListener[]) {
    this.#gateway = gateway;
    this.#requests = requests;
    this.#listeners = listeners;
  }

  wantsResult(gateway: number): boolean {
    return gateway === this.#gateway;
  }

  onResult(requestNumber: number, result: TxnResult): void {
    this.#requests.onResult(requestNumber, result);
  }

  onEvent(type: EventType, path: string, zxid: number, acl: readonly Acl[]): void {
    for (const listener of this.#listeners) listener.onEvent(type, path, zxid, acl);
  }

  onSessionClosed(session: SessionId): void {
    for (const listener of this.#listeners) listener.onSessionClosed(session);
  }

  onSessionAttached(session: SessionId, owner: number): void {
    for (const listener of this.#listeners) listener.onSessionAttached(session, owner);
  }
}
