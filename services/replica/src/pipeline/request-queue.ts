import { JuteReader, MarshallingError } from "@meerkat/jute";
import { decodeRequest, type Operation, type Request } from "@meerkat/tree";

/** The requests of one message of a gateway, not yet decoded. */
export interface QueuedBatch {
  readonly gateway: number;
  readonly first: number;
  readonly count: number;
  readonly requests: Uint8Array;
  /** How many at the front are known already and must not run again. */
  readonly skip: number;
  /** When it came, ms of `performance.now()`; known where requests are traced. */
  readonly receivedMs?: number | undefined;
}

/** Refused by the tree with BADARGUMENTS, so that whoever waits for the number gets an answer. */
const UNREADABLE: Operation = { type: "setData", path: "unreadable", data: null, version: -1 };

/**
 * What waits to be proposed, in order: the leader's own requests first, then the gateways' as they
 * came. Messages are kept as bytes and decoded when their turn comes.
 */
export class RequestQueue {
  readonly #bytesMax: number;
  readonly #batches: QueuedBatch[] = [];
  readonly #own: Operation[] = [];
  readonly #reader = new JuteReader();
  #ownNumber = 0;
  #bytes = 0;
  /** Of the gateways, not taken yet. */
  #count = 0;
  /** Position in the batch at the front. */
  #taken = 0;
  #readable = true;
  #next: Request | undefined;
  #nextBytes = 0;
  #nextReceivedMs: number | undefined = undefined;

  constructor(bytesMax: number) {
    this.#bytesMax = bytesMax;
  }

  /** Requests that wait. */
  get count(): number {
    const next = this.#next === undefined ? 0 : 1;
    return this.#count + this.#own.length + next;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** Says false, and takes nothing, when the batch does not fit any more. An empty queue takes anything. */
  push(batch: QueuedBatch): boolean {
    const bytes = this.#bytes + batch.requests.byteLength;
    if (this.#bytes > 0 && bytes > this.#bytesMax) return false;
    this.#bytes = bytes;
    this.#batches.push(batch);
    this.#count += batch.count - batch.skip;
    return true;
  }

  /** A request of the leader itself: the end of a session, the removal of a container. */
  pushOwn(operation: Operation): void {
    this.#own.push(operation);
  }

  /** The next request, which stays at the front until `advance`. */
  peek(): Request | undefined {
    this.#next ??= this.#takeOwn() ?? this.#takeFromGateways();
    return this.#next;
  }

  /** What the request at the front took on the wire. */
  get nextBytes(): number {
    return this.#nextBytes;
  }

  /** When the request at the front came, as its batch says. */
  get nextReceivedMs(): number | undefined {
    return this.#nextReceivedMs;
  }

  advance(): void {
    this.#next = undefined;
  }

  #takeOwn(): Request | undefined {
    if (this.#own.length === 0) return undefined;
    const operation = this.#own.shift();
    if (operation === undefined) return undefined;
    this.#ownNumber += 1;
    this.#nextBytes = 0;
    this.#nextReceivedMs = undefined;
    const origin = { gateway: 0, number: this.#ownNumber };
    return { origin, session: 0, credentials: [], operation };
  }

  #takeFromGateways(): Request | undefined {
    for (let batch = this.#batches[0]; batch !== undefined; batch = this.#batches[0]) {
      if (this.#taken === batch.count) {
        this.#drop(batch);
        continue;
      }
      if (this.#taken === 0) this.#reader.reset(batch.requests);
      const before = this.#reader.position;
      const request = this.#decode(batch);
      const isKnown = this.#taken < batch.skip;
      this.#taken += 1;
      if (isKnown) continue;
      this.#count -= 1;
      this.#nextBytes = this.#reader.position - before;
      this.#nextReceivedMs = batch.receivedMs;
      return request;
    }
    return undefined;
  }

  #drop(batch: QueuedBatch): void {
    this.#batches.shift();
    this.#bytes -= batch.requests.byteLength;
    this.#taken = 0;
    this.#readable = true;
  }

  /** After one that cannot be read, nothing of the same message can: all of them are refused. */
  #decode({ gateway, first }: QueuedBatch): Request {
    const origin = { gateway, number: first + this.#taken };
    try {
      if (this.#readable) return decodeRequest(this.#reader, origin);
    } catch (error) {
      if (!(error instanceof MarshallingError)) throw error;
      this.#readable = false;
    }
    return { origin, session: 0, credentials: [], operation: UNREADABLE };
  }
}
