import {
  checkAndSetBody,
  getDataBody,
  MULTI_HEADER_BYTES,
  type NodeValue,
  OpCode,
  REPLY_HEADER_BYTES,
  requestFrame,
  STAT_BYTES,
  setDataBody,
} from "./protocol.ts";
import { type PreparedRequest, RequestRing } from "./request-ring.ts";

/** What is expected of Meerkat beside ZooKeeper: Meerkat's figure over ZooKeeper's. */
export type Expectation =
  | { readonly of: "throughput"; readonly atLeast: number }
  | { readonly of: "median latency"; readonly atMost: number };

export interface Workload {
  readonly name: string;
  readonly describe: string;
  readonly connections: number;
  /** Requests in flight per connection. */
  readonly window: number;
  readonly expected: Expectation;
  readonly prepare: (slot: number, xid: number) => PreparedRequest;
}

/** Znodes that the load is spread over. */
export const NODES = 1_000;
export const ROOT = "/bench";

/**
 * All paths are equally long, so that every request of a kind costs the same. The 100 bytes differ
 * from znode to znode, so that an answer with another znode's data would be noticed.
 */
export function nodeAt(n: number): NodeValue {
  const digits = String(n % NODES).padStart(6, "0");
  return { path: `${ROOT}/n-${digits}`, data: digits.padEnd(DATA_BYTES, "x") };
}

const DATA_BYTES = 100;
const SLOTS_MIN = 1_000;

function get(slot: number, xid: number): PreparedRequest {
  return {
    frame: requestFrame(xid, OpCode.getData, getDataBody(nodeAt(slot).path)),
    replyBytes: REPLY_HEADER_BYTES + 4 + DATA_BYTES + STAT_BYTES,
    writes: 0,
  };
}

function set(slot: number, xid: number): PreparedRequest {
  return {
    frame: requestFrame(xid, OpCode.setData, setDataBody(nodeAt(slot))),
    replyBytes: REPLY_HEADER_BYTES + STAT_BYTES,
    writes: 1,
  };
}

/** One of ten is a write, at a place among the ten that looks like chance and is the same in every run. */
function mixed(slot: number, xid: number): PreparedRequest {
  const ten = Math.floor(slot / 10);
  return slot % 10 === (ten * 7_919 + (ten >> 2)) % 10 ? set(slot, xid) : get(slot, xid);
}

/** Two checks, two setData; the znodes are far apart, so that neighbours in flight touch others. */
function multi(slot: number, xid: number): PreparedRequest {
  const nodes = [nodeAt(slot), nodeAt(slot + NODES / 2)];
  return {
    frame: requestFrame(xid, OpCode.multi, checkAndSetBody(nodes)),
    replyBytes: REPLY_HEADER_BYTES + 5 * MULTI_HEADER_BYTES + 2 * STAT_BYTES,
    writes: 2,
  };
}

const PIPELINED = { connections: 30, window: 100 };
const atLeast = (ratio: number): Expectation => ({ of: "throughput", atLeast: ratio });

export const WORKLOADS: readonly Workload[] = [
  {
    name: "set",
    describe: "setData of 100 bytes",
    ...PIPELINED,
    expected: atLeast(3),
    prepare: set,
  },
  {
    name: "get",
    describe: "getData of 100 bytes",
    ...PIPELINED,
    expected: atLeast(5),
    prepare: get,
  },
  {
    name: "mixed",
    describe: "90 % getData, 10 % setData of 100 bytes",
    ...PIPELINED,
    expected: atLeast(4),
    prepare: mixed,
  },
  {
    name: "multi",
    describe: "multi of 2 checks and 2 setData of 100 bytes",
    ...PIPELINED,
    expected: atLeast(3),
    prepare: multi,
  },
  {
    name: "set-unpipelined",
    describe: "setData of 100 bytes",
    connections: 30,
    window: 1,
    expected: atLeast(1.2),
    prepare: set,
  },
  {
    name: "set-alone",
    describe: "setData of 100 bytes",
    connections: 1,
    window: 1,
    expected: { of: "median latency", atMost: 1.2 },
    prepare: set,
  },
];

/** The requests of a workload, in the order in which every connection sends them. */
export function ringOf(workload: Workload, window: number): RequestRing {
  const slots = NODES * Math.ceil(Math.max(SLOTS_MIN, 2 * window) / NODES);
  return new RequestRing(slots, window, (xid) => workload.prepare(xid - 1, xid));
}

/** @throws RangeError */
export function workloadOf(name: string): Workload {
  const found = WORKLOADS.find((workload) => workload.name === name);
  if (found !== undefined) return found;
  throw new RangeError(
    `no workload ${name}; there are ${WORKLOADS.map((workload) => workload.name).join(", ")}`,
  );
}
