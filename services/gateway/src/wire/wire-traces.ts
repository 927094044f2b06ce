import { type JuteReader, MarshallingError, OpCode } from "@meerkat/jute";
import type { Attributes, Tracer } from "@meerkat/telemetry";
import type { Operation, SessionId, TxnResult } from "@meerkat/tree";
import type { WriteCourse } from "../coordination.ts";
import { RequestTrace } from "../tracing/request-trace.ts";
import type { Traffic } from "./traffic.ts";

const HEADER_BYTES = 8;

/** Not worth a span: signs of life, and proofs of who one is. */
const UNTRACED: ReadonlySet<number> = new Set([OpCode.ping, OpCode.auth, OpCode.sasl]);

/** Their requests begin with the path. */
const BEGINS_WITH_PATH: ReadonlySet<number> = new Set([
  OpCode.exists,
  OpCode.getData,
  OpCode.getACL,
  OpCode.getChildren,
  OpCode.getChildren2,
  OpCode.getAllChildrenNumber,
  OpCode.addWatch,
]);

const NAMES: ReadonlyMap<number, string> = new Map(
  Object.entries(OpCode).map(([name, code]) => [code, name]),
);

/** Whose request it was. */
export interface TracedClient {
  readonly session: SessionId;
  readonly connection: {
    readonly address: string;
    readonly reader: JuteReader;
    readonly services: { readonly traces: WireTraces | undefined };
  };
}

interface Answered {
  readonly traffic: Traffic;
}

export interface TracedWrite {
  readonly xid: number;
  readonly opCode: number;
  readonly request: { readonly operation: Operation } | undefined;
  readonly arrivedAtMs: number;
  /** When it is sampled. */
  readonly trace: RequestTrace | undefined;
}

/**
 * Traces of requests over ZooKeeper's protocol, which has no place for a client's trace context: some
 * are sampled here, and slow or failed ones are written down afterwards. A request that is neither costs no
 * clock call and no object beyond what it costs anyway: how long it took is what `Latency` just measured.
 */
export class WireTraces {
  readonly #tracer: Tracer;
  readonly #serverId: number;

  constructor(tracer: Tracer, serverId: number) {
    this.#tracer = tracer;
    this.#serverId = serverId;
  }

  /** A write has come. Undefined unless it is sampled. */
  begin(arrivedAtMs: number): RequestTrace | undefined {
    if (!this.#tracer.samplesRoot(arrivedAtMs)) return undefined;
    return new RequestTrace(this.#tracer, { arrivedAtMs, isSampled: true });
  }

  /** Its answer is written down, and leaves when this turn ends. */
  onAnswered(
    client: TracedClient,
    write: TracedWrite,
    answer: { readonly result: TxnResult; readonly course: WriteCourse | undefined },
  ): void {
    const { result, course } = answer;
    const waitedMs = (course?.appliedFromMs ?? 0) - write.arrivedAtMs;
    if (write.trace === undefined && waitedMs < this.#tracer.slowMs) return;
    const trace = write.trace ?? this.#late(write.arrivedAtMs);
    trace.onAnswered(write.request?.operation, result, course);
    // Behind the flush of this turn.
    queueMicrotask(() => {
      trace.end(performance.now(), false, () => this.#span(client, write));
    });
  }

  onFailed(
    client: TracedClient,
    write: TracedWrite,
    error: Error,
    course: WriteCourse | undefined,
  ): void {
    const trace = write.trace ?? this.#late(write.arrivedAtMs);
    trace.onFailed(write.request?.operation, error, course);
    trace.end(performance.now(), true, () => ({
      ...this.#span(client, write),
      error: error.message,
    }));
  }

  /** A request was answered from here; the connection's reader is somewhere in it. */
  onRead(client: TracedClient & Answered, xid: number, opCode: number, arrivedAtMs: number): void {
    const tookMs = client.traffic.latency.last;
    const isSampled = this.#tracer.samplesRoot(arrivedAtMs);
    if (!isSampled && tookMs < this.#tracer.slowMs) return;
    if (UNTRACED.has(opCode)) return;
    const trace = new RequestTrace(this.#tracer, { arrivedAtMs, isSampled });
    trace.end(arrivedAtMs + tookMs, false, () => {
      const { name, attributes } = this.#span(client, { xid, opCode });
      const path = BEGINS_WITH_PATH.has(opCode) ? pathIn(client.connection.reader) : undefined;
      return { name, attributes: { ...attributes, "meerkat.path": path } };
    });
  }

  #late(arrivedAtMs: number): RequestTrace {
    return new RequestTrace(this.#tracer, { arrivedAtMs, isSampled: false });
  }

  #span(
    { session, connection }: TracedClient,
    { xid, opCode }: { readonly xid: number; readonly opCode: number },
  ): { readonly name: string; readonly attributes: Attributes } {
    const name = NAMES.get(opCode) ?? `opcode ${opCode}`;
    const at = connection.address.lastIndexOf(":");
    return {
      name: `ZooKeeper ${name}`,
      attributes: {
        "network.protocol.name": "zookeeper",
        "network.transport": "tcp",
        "client.address": connection.address.slice(0, at),
        "client.port": Number(connection.address.slice(at + 1)),
        "meerkat.server.id": this.#serverId,
        "meerkat.session": `0x${session.toString(16)}`,
        "meerkat.xid": xid,
      },
    };
  }
}

/** The path of a request that may well have none that can be read. */
function pathIn(reader: JuteReader): string | undefined {
  reader.rewind();
  try {
    for (let at = 0; at < HEADER_BYTES; at += 4) reader.readInt();
    return reader.readString();
  } catch (error) {
    if (!(error instanceof MarshallingError)) throw error;
    return undefined;
  }
}
