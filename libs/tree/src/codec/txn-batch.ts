import { JuteReader, JuteWriter, MarshallingError } from "@meerkat/jute";
import { invariant } from "../invariant.ts";
import type { Txn } from "../txn/txn.ts";
import type { ChangeStamp } from "../znode.ts";
import {
  type BatchTrace,
  isTraced,
  skipBatchTraces,
  TRACED_VERSION,
  writeBatchTraces,
} from "./batch-traces.ts";
import { decodeTxn, encodeTxn } from "./txn-codec.ts";

/*
 * The payload of one proposal: version, time, digest after the last txn, count, txns.
 * The i-th txn has the proposal's first zxid plus i.
 *
 * A batch with sampled txns has another version and goes on with their trace contexts, so that whoever
 * keeps it finds them from its end, without decoding the txns (batch-traces.ts).
 *
 * Versions 1 and 2, which logs may hold, are the same but for their digest: it was computed in another way,
 * and nothing can be compared with it.
 */
const PLAIN_VERSION = 3;
const OLD_VERSION_MAX = 2;
const DIGEST_AT = 9;
const COUNT_AT = 17;
const TXN_BYTES_MIN = 18;
const NO_TRACES: readonly BatchTrace[] = [];
const DIGEST_PATTERN = /^[0-9a-f]{16}$/;

/** Gathers the txns of one proposal; the same writer makes the next one. */
export class TxnBatchWriter {
  readonly #writer = new JuteWriter(64 * 1024);
  readonly #next = { zxid: 0, time: 0 };
  #count = 0;
  #open = false;
  /** Where the txn added last begins, until it is taken back. */
  #lastAt: number | undefined;

  get count(): number {
    return this.#count;
  }

  /** Bytes so far. */
  get bytes(): number {
    return this.#writer.length;
  }

  /**
   * What the next txn must have been prepared with: its zxid, and the time of the whole batch, ms.
   * It moves on with every txn.
   */
  get next(): ChangeStamp {
    return this.#next;
  }

  begin(zxidFirst: number, time: number): void {
    this.#open = true;
    this.#next.zxid = zxidFirst;
    this.#next.time = time;
    this.#count = 0;
    this.#lastAt = undefined;
    const writer = this.#writer;
    writer.reset();
    writer.writeByte(PLAIN_VERSION);
    writer.writeLong(time);
    for (let i = 0; i < 3; i += 1) writer.writeInt(0);
  }

  /** Returns the bytes that it takes. */
  add(txn: Txn): number {
    invariant(this.#open, "a txn for a batch that was not begun");
    invariant(txn.time === this.#next.time, "a txn of another time", txn.time);
    const start = this.#writer.length;
    encodeTxn(this.#writer, txn);
    this.#lastAt = start;
    this.#count += 1;
    this.#next.zxid += 1;
    return this.#writer.length - start;
  }

  /** The txn added last, found to be too large, was never here; its zxid is free again. */
  takeBack(): void {
    invariant(this.#lastAt !== undefined, "a txn to be taken back was added just before");
    this.#writer.truncate(this.#lastAt);
    this.#lastAt = undefined;
    this.#count -= 1;
    this.#next.zxid -= 1;
  }

  /** `digest` is the tree's after the last txn. The bytes are the caller's own. */
  finish(digest: string, traces: readonly BatchTrace[] = NO_TRACES): Uint8Array {
    invariant(this.#open && this.#count > 0, "a batch without a txn");
    invariant(DIGEST_PATTERN.test(digest), "a digest has 16 hex digits", digest);
    this.#open = false;
    const writer = this.#writer;
    writer.patchInt(DIGEST_AT, Number.parseInt(digest.slice(0, 8), 16) | 0);
    writer.patchInt(DIGEST_AT + 4, Number.parseInt(digest.slice(8), 16) | 0);
    writer.patchInt(COUNT_AT, this.#count);
    if (traces.length === 0) return writer.toBytes();
    writeBatchTraces(writer, traces);
    const bytes = writer.toBytes();
    bytes[0] = TRACED_VERSION;
    return bytes;
  }
}

export interface TxnBatch {
  readonly time: number;
  /** The tree's after the last txn, 16 hex digits; undefined in a batch of an older version. */
  readonly digest: string | undefined;
  readonly count: number;
  readonly txns: readonly Txn[];
}

/**
 * The txns of a batch, decoded one after another as they are asked for: whoever applies each before
 * the next never holds more than one of them, which a garbage collector thanks for.
 */
export class TxnBatchReader {
  readonly time: number;
  /** The tree's after the last txn, 16 hex digits; undefined in a batch of an older version. */
  readonly digest: string | undefined;
  readonly count: number;
  readonly #reader: JuteReader;
  readonly #isTraced: boolean;
  #left: number;

  /** @throws MarshallingError */
  constructor(bytes: Uint8Array) {
    const reader = new JuteReader(bytes);
    const version = reader.readByte();
    if (version < 1 || version > TRACED_VERSION) {
      throw new MarshallingError(
        `a batch of format ${version}; this version reads 1 to ${TRACED_VERSION}`,
      );
    }
    this.#isTraced = isTraced(version);
    this.time = reader.readLong();
    const digest = hex32(reader.readInt()) + hex32(reader.readInt());
    this.digest = version > OLD_VERSION_MAX ? digest : undefined;
    this.count = reader.readVectorLength(TXN_BYTES_MIN);
    this.#reader = reader;
    this.#left = this.count;
  }

  /** The next txn; undefined behind the last. @throws MarshallingError */
  next(): Txn | undefined {
    if (this.#left > 0) {
      this.#left -= 1;
      return decodeTxn(this.#reader, this.time);
    }
    if (this.#isTraced) skipBatchTraces(this.#reader);
    const { remaining } = this.#reader;
    if (remaining > 0) throw new MarshallingError(`${remaining} bytes after the batch`);
    return undefined;
  }
}

/** All of a batch at once. @throws MarshallingError */
export function readTxnBatch(bytes: Uint8Array): TxnBatch {
  const reader = new TxnBatchReader(bytes);
  const txns: Txn[] = [];
  for (let txn = reader.next(); txn !== undefined; txn = reader.next()) txns.push(txn);
  const { time, digest, count } = reader;
  return { time, digest, count, txns };
}

function hex32(half: number): string {
  return (half >>> 0).toString(16).padStart(8, "0");
}
