import {
  type MessagePort,
  parentPort,
  receiveMessageOnPort,
  workerData,
} from "node:worker_threads";
import { Checkpoints, walBytesFor } from "./checkpoints.ts";
import { loadHistory } from "./history.ts";
import { PAGE_BYTES, type StorageOptions } from "./open-database.ts";
import { Purger } from "./purger.ts";
import { type ReadAnswer, readLog, readSnapshot } from "./reads.ts";
import { StorageRefused } from "./storage-refused.ts";
import type { Change, Question, StorageInput } from "./storage-worker/input.ts";
import type { StorageOutput } from "./storage-worker/output.ts";
import { Store } from "./store.ts";
import { commitGroup, isChange } from "./write-group.ts";

/** Bytes that a commit costs the WAL beside its payload: a page and its header, about. */
const COMMIT_OVERHEAD_BYTES = PAGE_BYTES + 24;

/**
 * The storage thread: the only place that touches the file, so that fsync never blocks the event loop
 * of the replica. It takes everything that waits in its port at once and commits it together.
 */
class StorageWorker {
  readonly #port: MessagePort;
  readonly #store: Store;
  readonly #checkpoints: Checkpoints;
  readonly #purger: Purger;
  #failed = false;

  constructor(port: MessagePort, store: Store, serverId: number) {
    this.#port = port;
    this.#store = store;
    this.#checkpoints = new Checkpoints(store.sqlite, walBytesFor(serverId), (error) =>
      this.#fail(error),
    );
    this.#purger = new Purger(
      store,
      (logStart) => this.#say({ type: "purged", logStart }),
      (error) => this.#fail(error),
    );
  }

  /** Takes one input and all that came with it. */
  take(first: StorageInput): void {
    let next: StorageInput | undefined = first;
    const group: Change[] = [];
    const questions: Question[] = [];
    while (next !== undefined) {
      if (isChange(next)) group.push(next);
      else questions.push(next);
      next = receiveMessageOnPort(this.#port)?.message as StorageInput | undefined;
    }
    this.#guard(() => {
      if (group.length > 0) this.#commit(group);
      for (const question of questions) this.#answer(question);
    });
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
    let lastWrite: number | undefined;
    let writes = 0;
    let bytes = COMMIT_OVERHEAD_BYTES;
    for (const change of group) {
      if (change.type === "write") {
        lastWrite = change.id;
        writes += 1;
      }
      bytes += bytesOf(change);
    }
    if (lastWrite !== undefined) {
      const { timeOrigin } = performance;
      const timing = {
        beganMs: timeOrigin + beganMs,
        commitsFromMs: timeOrigin + commitsFromMs,
        endedMs: timeOrigin + endedMs,
        writes,
      };
      this.#say({ type: "written", id: lastWrite, timing });
    }
    for (const change of group) {
      if (change.type !== "write") this.#say({ type: "done", id: change.id });
      if (change.type === "completeSnapshot") this.#purger.start();
    }
    this.#checkpoints.committed(bytes);
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
    this.#purger.stop();
    this.#checkpoints.stop();
    this.#store.close();
    this.#say({ type: "done", id });
    this.#port.close();
  }

  #fail(error: unknown): void {
    this.#failed = true;
    this.#purger.stop();
    this.#checkpoints.stop();
    this.#say({ type: "failed", message: failureOf(error, this.#store.path) });
  }

  #say(output: StorageOutput, transfer: ArrayBuffer[] = []): void {
    this.#port.postMessage(output, transfer);
  }
}

function bytesOf(change: Change): number {
  switch (change.type) {
    case "write": {
      let bytes = 0;
      for (const { payload } of change.append) bytes += payload.byteLength;
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
  const options = workerData as StorageOptions;
  try {
    const worker = new StorageWorker(port, Store.open(options), options.serverId);
    port.on("message", (input: StorageInput) => worker.take(input));
    port.postMessage({ type: "opened" } satisfies StorageOutput);
  } catch (error) {
    if (!(error instanceof StorageRefused)) throw error;
    port.postMessage({ type: "refused", message: error.message } satisfies StorageOutput);
    port.close();
  }
}

main();
