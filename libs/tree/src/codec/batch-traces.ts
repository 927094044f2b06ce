import { JuteReader, type JuteWriter } from "@meerkat/jute";

/*
 * What follows the txns of a batch in which some are sampled: for each of them its place in the batch and
 * the traceparent of its proposal, then how many bytes that is. From the length at the very end a replica that
 * only keeps the batch finds them. They say nothing about the state: neither tree nor digest knows of them.
 */

/** The first byte of a batch that has such an end. */
export const TRACED_VERSION = 4;
/** The same of batches with a digest that is computed no more (txn-batch.ts). */
const OLD_TRACED_VERSION = 2;

const LENGTH_BYTES = 4;
const TRACE_BYTES_MIN = 8;

/** A sampled txn of a batch. */
export interface BatchTrace {
  /** Its zxid is the batch's first plus this. */
  readonly index: number;
  /** Of the span in which the leader proposed it (W3C): the parent of what others do with it. */
  readonly traceparent: string;
}

export function writeBatchTraces(writer: JuteWriter, traces: readonly BatchTrace[]): void {
  const start = writer.length;
  writer.writeInt(traces.length);
  for (const { index, traceparent } of traces) {
    writer.writeInt(index);
    writer.writeUstring(traceparent);
  }
  writer.writeInt(writer.length - start);
}

export function isTraced(version: number | undefined): boolean {
  return version === TRACED_VERSION || version === OLD_TRACED_VERSION;
}

/** Reads on behind them. @throws MarshallingError */
export function skipBatchTraces(reader: JuteReader): void {
  readTraces(reader);
  reader.readInt();
}

/** The sampled txns of a batch, mostly none: that takes one look at its first byte. @throws MarshallingError */
export function batchTracesOf(payload: Uint8Array): readonly BatchTrace[] {
  if (!isTraced(payload[0])) return [];
  const reader = new JuteReader(payload.subarray(-LENGTH_BYTES));
  const length = reader.readInt() + LENGTH_BYTES;
  reader.reset(payload.subarray(-length));
  return readTraces(reader);
}

function readTraces(reader: JuteReader): readonly BatchTrace[] {
  const traces: BatchTrace[] = [];
  const count = reader.readVectorLength(TRACE_BYTES_MIN);
  for (let i = 0; i < count; i += 1) {
    traces.push({ index: reader.readInt(), traceparent: reader.readString() });
  }
  return traces;
}
