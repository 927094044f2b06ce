import type { ApplySink, TxnResult } from "@meerkat/tree";

/** What the gateway takes from a txn while it is applied: the answers to its own requests. */
export class ResultSink implements ApplySink {
  readonly #gateway: number;
  readonly #take: (requestNumber: number, result: TxnResult) => void;

  constructor(gateway: number, take: (requestNumber: number, result: TxnResult) => void) {
    this.#gateway = gateway;
    this.#take = take;
  }

  wantsResult(gateway: number): boolean {
    return gateway === this.#gateway;
  }

  onResult(requestNumber: number, result: TxnResult): void {
    this.#take(requestNumber, result);
  }

  onEvent(): void {
    // Nobody watches through this gateway yet.
  }

  onSessionClosed(): void {
    // A closed session holds nothing here: its requests are answered by the tree.
  }

  onSessionAttached(): void {
    // No connection belongs to a session yet.
  }
}
