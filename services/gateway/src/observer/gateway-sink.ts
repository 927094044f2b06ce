import type {
  Acl,
  ApplySink,
  ChangeType,
  EventType,
  ReadonlyZnode,
  SessionId,
  TxnResult,
  TxnStamp,
} from "@meerkat/tree";
import type { ChangeListener, TreeListener } from "../coordination.ts";

/** Where the answers to this gateway's own requests go. */
export interface ResultTaker {
  onResult(requestNumber: number, result: TxnResult): void;
}

/** Who hears of what txns do. */
export class Listeners {
  readonly tree: TreeListener[] = [];
  readonly changes: ChangeListener[] = [];

  onSettled(zxid: number): void {
    for (const listener of this.changes) listener.onSettled(zxid);
  }

  onTreeLost(): void {
    for (const listener of this.tree) listener.onTreeLost();
    for (const listener of this.changes) listener.onTreeLost();
  }
}

/** What the gateway takes from a txn while it is applied: answers, events, the fate of sessions. */
export class GatewaySink implements ApplySink {
  readonly #gateway: number;
  readonly #requests: ResultTaker;
  readonly #listeners: Listeners;

  constructor(gateway: number, requests: ResultTaker, listeners: Listeners) {
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
    for (const listener of this.#listeners.tree) listener.onEvent(type, path, zxid, acl);
  }

  onChange(type: ChangeType, path: string, node: ReadonlyZnode, txn: TxnStamp): void {
    for (const listener of this.#listeners.changes) listener.onChange(type, path, node, txn);
  }

  onSessionClosed(session: SessionId): void {
    for (const listener of this.#listeners.tree) listener.onSessionClosed(session);
  }

  onSessionAttached(session: SessionId, owner: number): void {
    for (const listener of this.#listeners.tree) listener.onSessionAttached(session, owner);
  }
}
