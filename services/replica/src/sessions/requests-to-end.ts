import type { DataTree, DeleteOperation, Operation, SessionId } from "@meerkat/tree";

/** More ephemerals than this are deleted in txns of their own before the session is closed. */
const EPHEMERALS_PER_TXN_MAX = 2_000;

/** One txn removes a session with its ephemerals, unless they are too many for one message. */
export function requestsToEnd(tree: DataTree, session: SessionId): readonly Operation[] {
  const paths = tree.ephemerals(session);
  const requests: Operation[] = [];
  for (let at = 0; paths.length - at > EPHEMERALS_PER_TXN_MAX; at += EPHEMERALS_PER_TXN_MAX) {
    const some = paths.slice(at, at + EPHEMERALS_PER_TXN_MAX);
    requests.push({ type: "multi", operations: some.map(deletionOf) });
  }
  requests.push({ type: "closeSession", session });
  return requests;
}

function deletionOf(path: string): DeleteOperation {
  return { type: "delete", path, version: -1 };
}
