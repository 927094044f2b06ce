import type { JuteReader } from "@meerkat/jute";
import type {
  BarrierReply,
  BarrierRequest,
  GatewayTick,
  RequestBatch,
  Resend,
  SessionLease,
  SessionQuestion,
  ToGateway,
  ToLeader,
  Welcome,
} from "./gateway-messages.ts";
import {
  LONG_BYTES,
  readBytes,
  readCount,
  readEpoch,
  readFlag,
  readVector,
  readZxid,
  writeVector,
} from "./wire/fields.ts";
import { MalformedMessage } from "./wire/malformed-message.ts";
import { beginMessage, decodeMessage, endMessage } from "./wire/message.ts";

const Kind = {
  REQUESTS: 1,
  TICK: 2,
  BARRIER_REQUEST: 3,
  RESEND: 4,
  BARRIER_REPLY: 5,
  WELCOME: 6,
  QUESTION: 7,
  LEASE: 8,
} as const;

/** What a request batch has beside the requests themselves, at most. */
export const REQUEST_BATCH_OVERHEAD_BYTES = 64;
const SMALL = 0;

export function encodeToLeader(message: ToLeader): Uint8Array {
  switch (message.type) {
    case "requests":
      return encodeRequestBatch(message);
    case "tick":
      return encodeGatewayTick(message);
    case "barrier":
      return encodeBarrierRequest(message);
  }
}

/**
 * The requests of a batch are a view of `bytes`.
 *
 * @throws MalformedMessage
 */
export function decodeToLeader(bytes: Uint8Array): ToLeader {
  return decodeMessage(bytes, "message to the leader", (kind, reader) => {
    switch (kind) {
      case Kind.REQUESTS:
        return readRequestBatch(reader);
      case Kind.TICK:
        return readGatewayTick(reader);
      case Kind.BARRIER_REQUEST:
        return readBarrierRequest(reader);
      default:
        throw new MalformedMessage(`${kind} is no message to the leader.`);
    }
  });
}

export function encodeToGateway(message: ToGateway): Uint8Array {
  switch (message.type) {
    case "resend":
      return encodeResend(message);
    case "barrier":
      return encodeBarrierReply(message);
    case "welcome":
      return encodeWelcome(message);
    case "question":
      return encodeQuestion(message);
    case "lease":
      return encodeLease(message);
  }
}

/** @throws MalformedMessage */
export function decodeToGateway(bytes: Uint8Array): ToGateway {
  return decodeMessage(bytes, "message to a gateway", (kind, reader): ToGateway => {
    const epoch = readEpoch(reader);
    switch (kind) {
      case Kind.RESEND:
        return { type: "resend", epoch, from: readCount(reader) };
      case Kind.BARRIER_REPLY:
        return { type: "barrier", epoch, id: readCount(reader), zxid: readZxid(reader) };
      case Kind.WELCOME:
        return { type: "welcome", epoch, expected: readCount(reader) };
      case Kind.QUESTION:
        return { type: "question", epoch, number: readCount(reader) };
      case Kind.LEASE:
        return { type: "lease", epoch, fromMs: readCount(reader), graceMs: readCount(reader) };
      default:
        throw new MalformedMessage(`${kind} is no message to a gateway.`);
    }
  });
}

function encodeRequestBatch(batch: RequestBatch): Uint8Array {
  const sizeHintBytes = REQUEST_BATCH_OVERHEAD_BYTES + batch.requests.length;
  const writer = beginMessage(Kind.REQUESTS, sizeHintBytes);
  writer.writeLong(batch.gateway);
  writer.writeInt(batch.epoch);
  writer.writeBoolean(batch.opening);
  writer.writeLong(batch.first);
  writer.writeLong(batch.count);
  writer.writeBuffer(batch.requests);
  return endMessage(writer);
}

function readRequestBatch(reader: JuteReader): RequestBatch {
  return {
    type: "requests",
    gateway: readCount(reader),
    epoch: readEpoch(reader),
    opening: readFlag(reader),
    first: readCount(reader),
    count: readCount(reader),
    requests: readBytes(reader),
  };
}

function encodeGatewayTick(tick: GatewayTick): Uint8Array {
  const sizeHintBytes = REQUEST_BATCH_OVERHEAD_BYTES + tick.touched.length * LONG_BYTES;
  const writer = beginMessage(Kind.TICK, sizeHintBytes);
  writer.writeLong(tick.gateway);
  writer.writeInt(tick.epoch);
  writer.writeLong(tick.firstUnanswered);
  writer.writeLong(tick.lastNumber);
  writeVector(writer, tick.touched, (session) => writer.writeLong(session));
  writer.writeLong(tick.answers);
  writer.writeLong(tick.leaseFromMs);
  return endMessage(writer);
}

function readGatewayTick(reader: JuteReader): GatewayTick {
  return {
    type: "tick",
    gateway: readCount(reader),
    epoch: readEpoch(reader),
    firstUnanswered: readCount(reader),
    lastNumber: readCount(reader),
    touched: readVector(reader, LONG_BYTES, () => readCount(reader)),
    answers: readCount(reader),
    leaseFromMs: readCount(reader),
  };
}

function encodeBarrierRequest(request: BarrierRequest): Uint8Array {
  const writer = beginMessage(Kind.BARRIER_REQUEST, SMALL);
  writer.writeLong(request.gateway);
  writer.writeInt(request.epoch);
  writer.writeLong(request.id);
  return endMessage(writer);
}

function readBarrierRequest(reader: JuteReader): BarrierRequest {
  return {
    type: "barrier",
    gateway: readCount(reader),
    epoch: readEpoch(reader),
    id: readCount(reader),
  };
}

function encodeResend(resend: Resend): Uint8Array {
  const writer = beginMessage(Kind.RESEND, SMALL);
  writer.writeInt(resend.epoch);
  writer.writeLong(resend.from);
  return endMessage(writer);
}

function encodeBarrierReply(reply: BarrierReply): Uint8Array {
  const writer = beginMessage(Kind.BARRIER_REPLY, SMALL);
  writer.writeInt(reply.epoch);
  writer.writeLong(reply.id);
  writer.writeLong(reply.zxid);
  return endMessage(writer);
}

function encodeWelcome(welcome: Welcome): Uint8Array {
  const writer = beginMessage(Kind.WELCOME, SMALL);
  writer.writeInt(welcome.epoch);
  writer.writeLong(welcome.expected);
  return endMessage(writer);
}

function encodeQuestion(question: SessionQuestion): Uint8Array {
  const writer = beginMessage(Kind.QUESTION, SMALL);
  writer.writeInt(question.epoch);
  writer.writeLong(question.number);
  return endMessage(writer);
}

function encodeLease(lease: SessionLease): Uint8Array {
  const writer = beginMessage(Kind.LEASE, SMALL);
  writer.writeInt(lease.epoch);
  writer.writeLong(lease.fromMs);
  writer.writeLong(lease.graceMs);
  return endMessage(writer);
}
