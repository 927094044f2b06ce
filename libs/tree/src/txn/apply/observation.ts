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
  readonly #sink: Partial<ApplySink> | undefined;
  readonly #results: OperationResult[] | undefined;
  #lastOp = -1;

  constructor(sink: Partial<ApplySink> | undefined, wantsResults: boolean) {
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
    this.#sink?.onEvent?.(type, path, zxid, node.acl.list);
  }
}

let lastSink: Partial<ApplySink> | undefined;
let lastWithoutResults = new Observation(undefined, false);

/** For a txn whose answer nobody here waits for: it keeps nothing, so that one serves all of them. */
export function withoutResults(sink: Partial<ApplySink> | undefined): Observation {
  if (sink === lastSink) return lastWithoutResults;
  lastSink = sink;
  lastWithoutResults = new Observation(sink, false);
  return lastWithoutResults;
}
