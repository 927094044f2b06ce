import { JuteReader, JuteWriter, MarshallingError } from "@meerkat/jute";
import fc from "fast-check";
import { expect, test } from "vitest";
import { decodeRequest, encodeRequest } from "../../src/codec/request-codec.ts";
import { decodeTxnResult } from "../../src/codec/result-codec.ts";
import { readTxnBatch, TxnBatchWriter } from "../../src/codec/txn-batch.ts";
import type { Request } from "../../src/request.ts";
import { SnapshotLoader } from "../../src/snapshot/snapshot-loader.ts";
import { SnapshotWriter } from "../../src/snapshot/snapshot-writer.ts";
import { PROPERTY_TIMEOUT_MS, runsOf } from "./config.ts";
import { expectSame, History, replayed, TREE_OPTIONS } from "./history.ts";
import { anyPlan, PRELUDE } from "./plans.ts";

/** What can happen to bytes: some are others, the end is missing, something is put in. */
const anyDamage = fc.record({
  changes: fc.array(fc.record({ at: fc.nat(), value: fc.nat({ max: 255 }) }), { maxLength: 4 }),
  cut: fc.option(fc.nat()),
  inserted: fc.record({ at: fc.nat(), bytes: fc.uint8Array({ maxLength: 9 }) }),
});
type Damage = typeof anyDamage extends fc.Arbitrary<infer T> ? T : never;

function damaged(bytes: Uint8Array, { changes, cut, inserted }: Damage): Uint8Array {
  const at = inserted.at % (bytes.length + 1);
  const copy = Uint8Array.from([
    ...bytes.subarray(0, at),
    ...inserted.bytes,
    ...bytes.subarray(at),
  ]);
  for (const change of changes) copy[change.at % copy.length] = change.value;
  return cut === null ? copy : copy.subarray(0, cut % (copy.length + 1));
}

function expectReadOrRefused(read: () => unknown): void {
  try {
    read();
  } catch (error) {
    if (!(error instanceof MarshallingError)) throw error;
  }
}

/** One of each kind of bytes that another process or a disk may hand us. */
function bytesOf(plans: readonly (typeof PRELUDE)[number][]) {
  const history = new History(TREE_OPTIONS);
  const requests = new JuteWriter();
  const batch = new TxnBatchWriter();
  for (const plan of [...PRELUDE, ...plans]) {
    const request = history.requestOf(plan);
    encodeRequest(requests, request);
    history.execute(request, plan.elapsedMs);
  }
  const [first] = history.log;
  batch.begin(first?.zxid ?? 1, history.time);
  const txns = history.log.map(({ txn }) => ({ ...txn, time: history.time }));
  for (const txn of txns) batch.add(txn);
  const snapshot = new SnapshotWriter(history.leader).next(Number.MAX_SAFE_INTEGER);
  const [answer] = history.leader.idempotency.values();
  return {
    requests: requests.toBytes(),
    txns,
    batch: batch.finish(history.leader.digestHex),
    snapshot: snapshot ?? new Uint8Array(),
    answer: answer?.resultBytes ?? "",
  };
}

function readRequests(bytes: Uint8Array): number {
  const reader = new JuteReader(bytes);
  let count = 0;
  for (; reader.remaining > 0; count += 1) decodeRequest(reader, { gateway: 1, number: count });
  return count;
}

function readableRequests(bytes: Uint8Array): Request[] {
  const reader = new JuteReader(bytes);
  const requests: Request[] = [];
  expectReadOrRefused(() => {
    while (reader.remaining > 0) {
      requests.push(decodeRequest(reader, { gateway: 1, number: requests.length }));
    }
  });
  return requests;
}

function readSnapshot(bytes: Uint8Array): void {
  const loader = new SnapshotLoader(TREE_OPTIONS);
  loader.load(bytes);
  loader.finish();
}

test(
  "damaged bytes are read as something else or refused, and nothing worse",
  () => {
    fc.assert(
      fc.property(
        fc.array(anyPlan, { maxLength: 12, size: "max" }),
        fc.array(anyDamage, { minLength: 5, maxLength: 5 }),
        (plans, damages) => {
          const { requests, txns, batch, snapshot, answer } = bytesOf(plans);
          expect(readRequests(requests)).toBe(PRELUDE.length + plans.length);
          expectSame(readTxnBatch(batch).txns, txns);
          for (const damage of damages) {
            expectReadOrRefused(() => readRequests(damaged(requests, damage)));
            expectReadOrRefused(() => readTxnBatch(damaged(batch, damage)));
            expectReadOrRefused(() => readSnapshot(damaged(snapshot, damage)));
            const text = damaged(Buffer.from(answer, "latin1"), damage);
            expectReadOrRefused(() => decodeTxnResult(Buffer.from(text).toString("latin1")));
          }
        },
      ),
      runsOf(150),
    );
  },
  PROPERTY_TIMEOUT_MS,
);

test(
  "whatever can be read as a request can be prepared, logged and applied",
  () => {
    fc.assert(
      fc.property(
        fc.array(anyPlan, { maxLength: 12, size: "max" }),
        fc.array(anyDamage, { minLength: 5, maxLength: 5 }),
        (plans, damages) => {
          const { requests } = bytesOf(plans);
          for (const damage of damages) {
            const history = new History(TREE_OPTIONS);
            for (const request of readableRequests(damaged(requests, damage))) {
              history.execute(request, 1);
            }
            const follower = replayed(history.log, TREE_OPTIONS);
            expect(follower.digestHex).toBe(history.leader.digestHex);
          }
        },
      ),
      runsOf(80),
    );
  },
  PROPERTY_TIMEOUT_MS,
);
