import {
  type MessagePort,
  parentPort,
  receiveMessageOnPort,
  workerData,
} from "node:worker_threads";
import type { Proposal } from "@meerkat/zab";
import { Checkpoints, walBytesFor } from "./checkpoints.ts";
import { loadHistory } from "./history.ts";
import { PAGE_BYTES } from "./open-database.ts";
import { Purger } from "./purger.ts";
import { type ReadAnswer, readLog, readSnapshot } from "./reads.ts";
import { StorageRefused } from "./storage-refused.ts";
import { LaneReader } from "./storage-worker/append-lane.ts";
import { Bell } from "./storage-worker/bell.ts";
import type { Chore } from "./storage-worker/chore.ts";
import type {
  AppendInput,
  Change,
  Question,
  StorageInput,
  StorageThreadData,
  WriteInput,
} from "./storage-worker/input.ts";
import { LOOK_AT_LANE, type StorageOutput, type WriteTiming } from "./storage-worker/output.ts";
import { Store } from "./store.ts";
import { commitGroup, isChange } from "./write-group.ts";

/** Bytes that a commit costs the WAL beside its payload: a page and its header, about. */
const COMMIT_OVERHEAD_BYTES = PAGE_BYTES + 24;

/**
 * The storage thread: the only place that touches the file, so that fsync never blocks the event loop
 * of the replica. It takes everything that waits for it at once and commits it together.
 */
class StorageWorker {
  readonly #port: MessagePort;
  readonly #bell: Bell;
  readonly #lane: LaneReader;
  readonly #store: Store;
  readonly #checkpoints: Checkpoints;
  readonly #purger: Purger;
  readonly #chores: readonly Chore[];
  #failed = false;
  #closed = false;

  constructor(port: MessagePort, store: Store, { options, bell, lane }: StorageThreadData) {
    this.#port = port;
    this.#bell = new Bell(bell);
    this.#lane = new LaneReader(lane);
    this.#store = store;
    this.#checkpoints = new Checkpoints(store.sqlite, walBytesFor(options.serverId), (error) =>
      this.#fail(error),
    );
    this.#purger = new Purger(
      store,
      (logStart) => this.#say({ type: "purged", logStart }),
      (error) => this.#fail(error),
    );
    this.#chores = [this.#checkpoints, this.#purger];
  }

  /** Ends when it is closed. Meanwhile this thread has no event loop. */
  run(): void {
    while (!this.#closed) {
      this.#bell.wait(this.#msUntilChore());
      this.#takeAll();
      const nowMs = performance.now();
      for (const chore of this.#chores) if (chore.dueMs <= nowMs) chore.run();
    }
  }

  #msUntilChore(): number {
    let dueMs = Number.POSITIVE_INFINITY;
    for (const chore of this.#chores) dueMs = Math.min(dueMs, chore.dueMs);
    return dueMs - performance.now();
  }

  /**
   * The port is emptied before the lane and carried out after it: while something posted waits for its
   * answer nothing enters the lane, so whatever lies there came before it.
   */
  #takeAll(): void {
    const posted = this.#posted();
    const group: Change[] = this.#lane.take();
    const questions: Question[] = [];
    for (const input of posted) {
      if (isChange(input)) group.push(input);
      else questions.push(input);
    }
    this.#guard(() => {
      if (group.length > 0) this.#commit(group);
      for (const question of questions) this.#answer(question);
    });
  }

  #posted(): readonly StorageInput[] {
    const inputs: StorageInput[] = [];
    for (;;) {
      const next = receiveMessageOnPort(this.#port);
      if (next === undefined) return inputs;
      inputs.push(next.message as StorageInput);
    }
  }

  /** After a failure nothing is done or said any more: the replica is stopping. */
  #guard(work: () => void): void {
    if (this.#failed) return;
    try {
      work();
    } catch (error) {
      this.#fail(error);
    }
  }

  #commit(group: readonly Change[]): void {
    const beganMs = performance.now();
    const commitsFromMs = commitGroup(this.#store, group);
    const endedMs = performance.now();
    let writes = 0;
    let bytes = COMMIT_OVERHEAD_BYTES;
    for (const change of group) {
      if (isWrite(change)) writes += 1;
      bytes += bytesOf(change);
    }
    if (writes > 0) {
      const { timeOrigin } = performance;
      this.#confirm(group, {
        beganMs: timeOrigin + beganMs,
        commitsFromMs: timeOrigin + commitsFromMs,
        endedMs: timeOrigin + endedMs,
        writes,
      });
    }
    for (const change of group) {
      if (!isWrite(change)) this.#say({ type: "done", id: change.id });
      if (change.type === "completeSnapshot") this.#purger.start();
    }
    this.#checkpoints.committed(bytes, endedMs);
    this.#purger.committed(bytes);
  }

  #confirm(group: readonly Change[], timing: WriteTiming): void {
    let records = 0;
    let lastPosted: WriteInput | undefined;
    for (const change of group) {
      if (change.type === "append") {
        this.#lane.answer(change, timing);
        records += 1;
      } else if (change.type === "write") lastPosted = change;
    }
    if (records > 0 && this.#lane.written(records)) this.#say(LOOK_AT_LANE);
    if (lastPosted !== undefined) this.#say({ type: "written", id: lastPosted.id, timing });
  }

  #answer(input: Question): void {
    switch (input.type) {
      case "load":
        this.#say({
          type: "loaded",
          id: input.id,
          loaded: loadHistory(this.#store, input.windowBytesMax),
        });
        this.#purger.start();
        break;
      case "readLog":
        this.#sayRead(readLog(this.#store, input));
        break;
      case "readSnapshot":
        this.#sayRead(readSnapshot(this.#store, input));
        break;
      case "close":
        this.#close(input.id);
        break;
    }
  }

  #sayRead({ answer, damage, transfer }: ReadAnswer): void {
    if (damage !== undefined) {
      const message = `${this.#store.path}: ${damage} fails its checksum and is not served.`;
      this.#say({ type: "damaged", message });
    }
    this.#say(answer, transfer);
  }

  #close(id: number): void {
    this.#closed = true;
    this.#stopChores();
    this.#store.close();
    this.#say({ type: "done", id });
    this.#port.close();
  }

  #fail(error: unknown): void {
    this.#failed = true;
    this.#stopChores();
    this.#say({ type: "failed", message: failureOf(error, this.#store.path) });
  }

  #stopChores(): void {
    for (const chore of this.#chores) chore.stop();
  }

  #say(output: StorageOutput, transfer: ArrayBuffer[] = []): void {
    this.#port.postMessage(output, transfer);
  }
}

/** Confirmed by their order, not by an answer of their own. */
function isWrite(change: Change): change is AppendInput | WriteInput {
  return change.type === "append" || change.type === "write";
}

function bytesOf(change: Change): number {
  switch (change.type) {
    case "append":
      return payloadBytesOf(change.append);
    case "write": {
      let bytes = payloadBytesOf(change.append);
      for (const { chunk } of change.stage) bytes += chunk.byteLength;
      return bytes;
    }
    case "addSnapshotChunk":
      return change.chunk.chunk.byteLength;
    case "completeSnapshot":
    case "abandonSnapshot":
      return 0;
  }
}

function payloadBytesOf(proposals: readonly Proposal[]): number {
  let bytes = 0;
  for (const { payload } of proposals) bytes += payload.byteLength;
  return bytes;
}

function failureOf(error: unknown, path: string): string {
  const { code } = error as { readonly code?: unknown };
  const text = error instanceof Error ? error.message : String(error);
  const what = `${path}: the disk did not take or give what was asked (${text}${code ? `, ${code}` : ""})`;
  if (code === "SQLITE_FULL") {
    return `${what}. It is full: make room, then start this replica again.`;
  }
  return `${what}. Check the disk, then start this replica again.`;
}

function main(): void {
  if (parentPort === null) throw new Error("storage-worker.ts runs in a worker thread only");
  const port = parentPort;
  const data = workerData as StorageThreadData;
  try {
    const worker = new StorageWorker(port, Store.open(data.options), data);
    port.postMessage({ type: "opened" } satisfies StorageOutput);
    // Node's own work for the start of a thread comes first.
    setImmediate(() => worker.run());
  } catch (error) {
    if (!(error instanceof StorageRefused)) throw error;
    port.postMessage({ type: "refused", message: error.message } satisfies StorageOutput);
    port.close();
  }
}

main();
