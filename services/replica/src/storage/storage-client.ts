import { Worker } from "node:worker_threads";
import { Histogram, MILLISECONDS } from "@meerkat/telemetry/metrics";
import type {
  Persist,
  Proposal,
  SnapshotChunk,
  SyncRead,
  SyncReadResult,
  Zxid,
} from "@meerkat/zab";
import type { LoadedHistory } from "./history.ts";
import type { StorageOptions } from "./open-database.ts";
import { ownBytes } from "./own-bytes.ts";
import { bytesOf, onlyAppendsTxns, writeInputOf } from "./persist.ts";
import { StorageFailed, StorageRefused } from "./storage-refused.ts";
import { type LaneRecord, LaneWriter, newLaneMemory } from "./storage-worker/append-lane.ts";
import { Bell } from "./storage-worker/bell.ts";
import type { StorageInput, StorageThreadData } from "./storage-worker/input.ts";
import { LOOK_AT_LANE, type StorageOutput, type WriteTiming } from "./storage-worker/output.ts";

export interface StorageEvents {
  /** The storage is gone; nothing that was not confirmed may be acknowledged. Called once. */
  onFailed(error: StorageFailed): void;
  onPurged(logStart: Zxid): void;
  onDamaged(message: string): void;
  /** A commit is on disk and took so long. */
  onCommitted(tookMs: number): void;
}

/** A part of the log. "gone": what was asked for was purged or is damaged; the log goes on behind `logStart`. */
export type LogPart =
  | { readonly kind: "log"; readonly proposals: readonly Proposal[] }
  | { readonly kind: "gone"; readonly logStart: Zxid };

type Answer = Extract<StorageOutput, { readonly id: number }>;

interface Pending {
  readonly resolve: (answer: Answer) => void;
  readonly reject: (error: Error) => void;
}

interface WriteInFlight {
  readonly id: number;
  readonly bytes: number;
  /** Undefined when it was posted. */
  readonly record: LaneRecord | undefined;
  readonly onDurable: (timing: WriteTiming) => void;
}

/**
 * The replica's side of the storage thread. Writes are confirmed in their order by a callback, since
 * they are many; questions by promises. When the thread dies, every question is rejected and
 * `onFailed` is called.
 *
 * To be woken up for a confirmation costs more than the confirmation. So the thread only notes in shared
 * memory what is on disk: `look` finds it at the next event, whatever that is, and who cannot wait for one
 * calls `awaitWrites`.
 */
export class StorageClient {
  /** Of the commits that somebody waited for, fsync included. */
  readonly commitMs = new Histogram(MILLISECONDS);
  /** Payload of the writes that are on disk. */
  bytesWritten = 0;
  readonly #worker: Worker;
  readonly #bell: Bell;
  readonly #lane: LaneWriter;
  readonly #events: StorageEvents;
  readonly #pending = new Map<number, Pending>();
  readonly #writes: WriteInFlight[] = [];
  #bytesInFlight = 0;
  /** When the last group of writes that is known to be on disk was there. */
  #lastEndedMs = 0;
  /** Inputs in the port that are not answered. What is written meanwhile is posted, too, and stays behind them. */
  #posted = 0;
  #nextId = 1;
  #closing: Promise<void> | undefined;
  #failure: StorageFailed | undefined;

  private constructor(worker: Worker, data: StorageThreadData, events: StorageEvents) {
    this.#worker = worker;
    this.#bell = new Bell(data.bell);
    this.#lane = new LaneWriter(data.lane);
    this.#events = events;
    worker.on("message", (output: StorageOutput) => this.#take(output));
    worker.on("error", (error) => this.#fail(`the storage thread broke: ${describe(error)}`));
    worker.on("exit", (code) => this.#onExit(code));
  }

  /** @throws StorageRefused when the data folder cannot be used. */
  static async open(options: StorageOptions, events: StorageEvents): Promise<StorageClient> {
    const data = { options, bell: Bell.newMemory(), lane: newLaneMemory() };
    const worker = new Worker(new URL("./storage-worker.ts", import.meta.url), {
      workerData: data satisfies StorageThreadData,
    });
    await opened(worker);
    return new StorageClient(worker, data, events);
  }

  /** To be called once, before anything else. */
  async load(windowBytesMax: number): Promise<LoadedHistory> {
    const answer = await this.#ask((id) => ({ type: "load", id, windowBytesMax }));
    if (answer.type !== "loaded") throw unexpected(answer);
    return answer.loaded;
  }

  /**
   * Several may be in flight; they reach the disk in order. `onDurable` is called after fsync, in `look` or
   * when the thread tells, and never again once something has failed.
   */
  write(persist: Persist, onDurable: (timing: WriteTiming) => void): void {
    if (this.#failure !== undefined) return;
    const id = this.#nextId++;
    const bytes = bytesOf(persist);
    const record = this.#takeLane(id, persist);
    this.#writes.push({ id, bytes, record, onDurable });
    this.#bytesInFlight += bytes;
    if (record === undefined) {
      const { input, transfer } = writeInputOf(id, persist);
      this.#post(input, transfer);
    }
    this.#bell.ring();
  }

  /** Confirms what has reached the disk meanwhile. */
  look(): void {
    while (this.#failure === undefined && this.#lane.takeWritten()) this.#confirmRecord();
  }

  /** To be called at the end of a turn while somebody waits for what is being written: the thread tells of the next. */
  awaitWrites(): void {
    if (this.#writes.length === 0) return;
    this.#lane.askToBeTold();
    this.look();
  }

  /** Returns undefined when it has to be posted. */
  #takeLane(id: number, persist: Persist): LaneRecord | undefined {
    if (this.#posted > 0 || !onlyAppendsTxns(persist)) return undefined;
    return this.#lane.append(id, persist.append, persist.committed);
  }

  #post(input: StorageInput, transfer: ArrayBuffer[]): void {
    this.#posted += 1;
    this.#worker.postMessage(input, transfer);
  }

  get writesInFlight(): number {
    return this.#writes.length;
  }

  /** Payload bytes that wait for the disk. */
  get bytesInFlight(): number {
    return this.#bytesInFlight;
  }

  async read(question: SyncRead): Promise<SyncReadResult> {
    const { id } = question;
    const answer = await this.#ask((messageId) =>
      question.kind === "log"
        ? { type: "readLog", id: messageId, after: question.after, bytesMax: question.bytesMax }
        : {
            type: "readSnapshot",
            id: messageId,
            index: question.index,
            ...(question.zxid !== undefined && { zxid: question.zxid }),
          },
    );
    switch (answer.type) {
      case "log":
        return { id, kind: "log", proposals: answer.proposals };
      case "snapshot":
        return { id, kind: "snapshot", part: answer.part, members: answer.members };
      case "gone":
        return { id, kind: "gone" };
      default:
        throw unexpected(answer);
    }
  }

  /** Proposals behind `after`, committed or not: at least one when there is one, further ones up to `bytesMax`. */
  async readLog(after: Zxid, bytesMax: number): Promise<LogPart> {
    const answer = await this.#ask((id) => ({ type: "readLog", id, after, bytesMax }));
    if (answer.type === "log") return { kind: "log", proposals: answer.proposals };
    if (answer.type === "gone") return { kind: "gone", logStart: answer.logStart };
    throw unexpected(answer);
  }

  /** Adds a chunk to this replica's own snapshot; index 0 begins one. Resolves when it is on disk. */
  async addSnapshotChunk(part: SnapshotChunk): Promise<void> {
    const chunk = { ...part, chunk: ownBytes(part.chunk) };
    await this.#ask((id) => ({ type: "addSnapshotChunk", id, chunk }), [chunk.chunk.buffer]);
  }

  /** To be called only when `endZxid` is committed. Purges what is no longer needed afterwards. */
  async completeSnapshot(endZxid: Zxid): Promise<void> {
    await this.#ask((id) => ({ type: "completeSnapshot", id, endZxid }));
  }

  async abandonSnapshot(): Promise<void> {
    await this.#ask((id) => ({ type: "abandonSnapshot", id }));
  }

  /** Finishes what was asked, closes the file and ends the thread. Later calls wait for the first. */
  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    if (this.#failure !== undefined) {
      await this.#worker.terminate();
      return;
    }
    const exited = new Promise((resolve) => this.#worker.once("exit", resolve));
    await this.#ask((id) => ({ type: "close", id }));
    await exited;
  }

  #ask(question: (id: number) => StorageInput, transfer: ArrayBuffer[] = []): Promise<Answer> {
    if (this.#failure !== undefined) return Promise.reject(this.#failure);
    return new Promise((resolve, reject) => {
      const id = this.#nextId++;
      this.#pending.set(id, { resolve, reject });
      this.#post(question(id), transfer);
      this.#bell.ring();
    });
  }

  #take(output: StorageOutput): void {
    this.look();
    if (output === LOOK_AT_LANE) return;
    switch (output.type) {
      case "written":
        this.#onWritten(output.id, output.timing);
        break;
      case "purged":
        this.#events.onPurged(output.logStart);
        break;
      case "damaged":
        this.#events.onDamaged(output.message);
        break;
      case "failed":
        this.#fail(output.message);
        break;
      case "opened":
      case "refused":
        throw new Error(`the storage thread said "${output.type}" twice`);
      default:
        this.#settle(output);
    }
  }

  #confirmRecord(): void {
    const write = this.#writes.shift();
    if (write?.record === undefined) throw new Error("the lane is ahead of what was written to it");
    const timing = this.#lane.timingOf(write.record);
    this.#lane.release(write.record);
    this.#onCommit(timing);
    this.#confirm(write, timing);
  }

  /** What was posted lies behind the lane: that was looked at before. */
  #onWritten(id: number, timing: WriteTiming): void {
    this.#onCommit(timing);
    for (let write = this.#writes[0]; write !== undefined; write = this.#writes[0]) {
      if (write.id > id) break;
      this.#writes.shift();
      this.#posted -= 1;
      this.#confirm(write, timing);
    }
  }

  /** All writes of a group have its timing; it counts once. */
  #onCommit({ beganMs, commitsFromMs, endedMs }: WriteTiming): void {
    if (endedMs === this.#lastEndedMs) return;
    this.#lastEndedMs = endedMs;
    this.commitMs.add(endedMs - commitsFromMs);
    this.#events.onCommitted(endedMs - beganMs);
  }

  #confirm(write: WriteInFlight, timing: WriteTiming): void {
    this.#bytesInFlight -= write.bytes;
    this.bytesWritten += write.bytes;
    write.onDurable(timing);
  }

  #settle(answer: Answer): void {
    const pending = this.#pending.get(answer.id);
    if (pending === undefined) throw unexpected(answer);
    this.#pending.delete(answer.id);
    this.#posted -= 1;
    pending.resolve(answer);
  }

  #onExit(code: number): void {
    if (this.#closing === undefined || this.#pending.size > 0 || this.#writes.length > 0) {
      this.#fail(`the storage thread ended by itself (code ${code})`);
    }
  }

  #fail(message: string): void {
    if (this.#failure !== undefined) return;
    this.#failure = new StorageFailed(message);
    for (const { reject } of this.#pending.values()) reject(this.#failure);
    this.#pending.clear();
    this.#writes.length = 0;
    this.#events.onFailed(this.#failure);
  }
}

async function opened(worker: Worker): Promise<void> {
  const output = await new Promise<StorageOutput>((resolve, reject) => {
    worker.once("message", resolve);
    worker.once("error", reject);
    worker.once("exit", () =>
      reject(new StorageFailed("the storage thread ended before it opened")),
    );
  });
  worker.removeAllListeners("error");
  worker.removeAllListeners("exit");
  if (typeof output === "object" && output.type === "refused")
    throw new StorageRefused(output.message);
}

function unexpected(answer: Answer): StorageFailed {
  return new StorageFailed(`the storage thread answered "${answer.type}" to something else`);
}

function describe(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
