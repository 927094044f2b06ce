import type {
  AppendInput,
  Change,
  PostedChange,
  StorageInput,
  WriteInput,
} from "./storage-worker/input.ts";
import type { Store } from "./store.ts";

export function isChange(input: StorageInput): input is PostedChange {
  switch (input.type) {
    case "write":
    case "addSnapshotChunk":
    case "completeSnapshot":
    case "abandonSnapshot":
      return true;
    case "load":
    case "readLog":
    case "readSnapshot":
    case "close":
      return false;
  }
}

/**
 * Group commit: everything that waits shares one transaction, hence one fsync. In order. Returns the
 * moment from which on it was committed, ms of this thread's `performance.now()`.
 */
export function commitGroup(store: Store, group: readonly Change[]): number {
  let commitsFromMs = performance.now();
  const [first] = group;
  if (group.length === 1 && first?.type === "append" && first.append.length === 1) {
    // A statement by itself is a transaction, and two statements less.
    append(store, first);
  } else if (!group.every(changesNothing)) {
    store.transaction(() => {
      for (const change of group) carryOut(store, change);
      commitsFromMs = performance.now();
    });
  }
  return commitsFromMs;
}

function carryOut(store: Store, change: Change): void {
  switch (change.type) {
    case "append":
      append(store, change);
      break;
    case "write":
      write(store, change);
      break;
    case "addSnapshotChunk":
      store.snapshots.stage("own", change.chunk);
      break;
    case "completeSnapshot":
      completeOwnSnapshot(store, change);
      break;
    case "abandonSnapshot":
      store.snapshots.abandon("own");
      break;
  }
}

function append(store: Store, input: AppendInput | WriteInput): void {
  for (const proposal of input.append) store.log.append(proposal, input.committed);
}

/** The parts of a `Persist`, in the order in which libs/zab lists them. */
function write(store: Store, input: WriteInput): void {
  for (const chunk of input.stage) store.snapshots.stage("leader", chunk);
  if (input.install !== undefined) install(store, input.install);
  if (input.truncateAfter !== undefined) {
    store.log.truncateAfter(input.truncateAfter);
    store.state.forgetAdmissionsAfter(input.truncateAfter);
  }
  append(store, input);
  for (const admission of input.admissions) store.state.admit(admission);
  if (input.hardState !== undefined) store.state.writeHardState(input.hardState, input.committed);
}

/** The snapshot from the leader becomes the whole history. */
function install(store: Store, { zxid, members }: NonNullable<WriteInput["install"]>): void {
  store.snapshots.abandon("own");
  for (const { id } of store.snapshots.completed()) store.snapshots.delete(id);
  store.snapshots.complete("leader", zxid, members);
  store.log.clear();
  store.state.clearAdmissions();
  store.state.admit({ zxid, members });
}

function completeOwnSnapshot(
  store: Store,
  { endZxid }: Extract<Change, { type: "completeSnapshot" }>,
): void {
  const zxid = store.snapshots.openZxid("own");
  // An install has replaced the history since the last chunk: this snapshot is of the old one.
  if (zxid === undefined) return;
  store.snapshots.complete("own", endZxid, store.state.membersAt(zxid));
}

/** A write that only waits for its predecessors costs no transaction. */
function changesNothing(change: Change): boolean {
  return (
    change.type === "write" &&
    change.stage.length === 0 &&
    change.install === undefined &&
    change.truncateAfter === undefined &&
    change.append.length === 0 &&
    change.hardState === undefined
  );
}
