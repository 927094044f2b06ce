import type {
  ApplySink,
  ChangeType,
  EventType,
  OperationResult,
  TxnStamp,
} from "../../apply-sink.ts";
import type { ReadonlyZnode } from "../../znode.ts";

/** What somebody wants to know of a txn while it is applied; nothing is built for nobody. */
export class Observation {
  readonly #sink: ApplySink | undefined;
  readonly #results: OperationResult[] | undefined;
  #lastOp = -1;

  constructor(sink: ApplySink | undefined, wantsResults: boolean) {
    this.#sink = sink;
    this.#results = wantsResults ? [] : undefined;
  }

  get wantsResults(): boolean {
    return this.#results !== undefined;
  }

  get results(): readonly OperationResult[] {
    return this.#results ?? [];
  }

  /** One per operation: of several records of one operation the last one gives the answer. */
  result(op: number, result: OperationResult): void {
    const results = this.#results;
    if (results === undefined) return;
    if (op === this.#lastOp) results.pop();
    this.#lastOp = op;
    results.push(result);
  }

  change(type: ChangeType, path: string, node: ReadonlyZnode, txn: TxnStamp): void {
    this.#sink?.onChange?.(type, path, node, txn);
  }

  event(type: EventType, path: string, zxid: number, node: ReadonlyZnode): void {
    this.#sink?.onEvent(type, path, zxid, node.acl.list);
  }
}

/** For the leader and its followers: no events, no results. */
export const UNOBSERVED = new Observation(undefined, false);

let lastSink: ApplySink | undefined;
let lastWithoutResults = UNOBSERVED;

/** For a txn whose answer nobody here waits for: it keeps nothing, so that one serves all of them. */
export function withoutResults(sink: ApplySink | undefined): Observation {
  if (sink === lastSink) return lastWithoutResults;
  lastSink = sink;
  lastWithoutResults = sink === undefined ? UNOBSERVED : new Observation(sink, false);
  return lastWithoutResults;
}
