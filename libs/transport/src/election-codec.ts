import type { JuteReader, JuteWriter } from "@meerkat/jute";
import type { Incarnation, ServerState } from "@meerkat/zab";
import type { Advice, Notification, ReplicaState, Vote } from "@meerkat/zab/election";
import {
  readCount,
  readEpoch,
  readFlag,
  readIncarnation,
  readOptionalServerId,
  readServerId,
  readWord,
  readZxid,
  writeWord,
} from "./wire/fields.ts";
import { MalformedMessage } from "./wire/malformed-message.ts";
import { beginMessage, decodeMessage, endMessage } from "./wire/message.ts";

/** A message between electors, with the run of the elector that sent it. */
export interface NotificationEnvelope {
  readonly incarnation: Incarnation;
  readonly notification: Notification;
}

/** Advice, with the run of the elector that gave it: its rounds start over when it starts over. */
export interface AdviceEnvelope {
  readonly elector: Incarnation;
  readonly advice: Advice;
}

const Kind = { NOTIFICATION: 1, STATE: 2, ADVICE: 3, QUESTION: 4 } as const;
const SERVER_STATES: readonly ServerState[] = ["LOOKING", "FOLLOWING", "LEADING", "OBSERVING"];
const NOBODY = 0;
/** All of them are small. */
const SIZE_HINT_BYTES = 0;

export function encodeNotification({
  incarnation,
  notification,
}: NotificationEnvelope): Uint8Array {
  const writer = beginMessage(Kind.NOTIFICATION, SIZE_HINT_BYTES);
  writer.writeInt(notification.from);
  writer.writeLong(incarnation);
  writeWord(writer, SERVER_STATES, notification.serverState);
  writer.writeLong(notification.round);
  writeVote(writer, notification.vote);
  writer.writeInt(notification.epoch);
  writer.writeLong(notification.lastZxid);
  writer.writeBoolean(notification.voice);
  writer.writeBoolean(notification.established);
  return endMessage(writer);
}

/** @throws MalformedMessage */
export function decodeNotification(bytes: Uint8Array): NotificationEnvelope {
  return decodeMessage(bytes, "notification", (kind, reader) => {
    requireKind(kind, Kind.NOTIFICATION);
    const from = readServerId(reader);
    const incarnation = readIncarnation(reader);
    const notification: Notification = {
      from,
      serverState: readWord(reader, SERVER_STATES),
      round: readCount(reader),
      vote: readVote(reader),
      epoch: readEpoch(reader),
      lastZxid: readZxid(reader),
      voice: readFlag(reader),
      established: readFlag(reader),
    };
    return { incarnation, notification };
  });
}

export function encodeReplicaState(state: ReplicaState): Uint8Array {
  const writer = beginMessage(Kind.STATE, SIZE_HINT_BYTES);
  writer.writeLong(state.incarnation);
  writeWord(writer, SERVER_STATES, state.serverState);
  writer.writeInt(state.epoch);
  writer.writeLong(state.lastZxid);
  writer.writeInt(state.leader ?? NOBODY);
  writer.writeBoolean(state.established);
  writer.writeBoolean(state.voice);
  return endMessage(writer);
}

/** @throws MalformedMessage */
export function decodeReplicaState(bytes: Uint8Array): ReplicaState {
  return decodeMessage(bytes, "replica state", (kind, reader) => {
    requireKind(kind, Kind.STATE);
    return {
      incarnation: readIncarnation(reader),
      serverState: readWord(reader, SERVER_STATES),
      epoch: readEpoch(reader),
      lastZxid: readZxid(reader),
      leader: readOptionalServerId(reader),
      established: readFlag(reader),
      voice: readFlag(reader),
    };
  });
}

export function encodeAdvice({ elector, advice }: AdviceEnvelope): Uint8Array {
  const writer = beginMessage(Kind.ADVICE, SIZE_HINT_BYTES);
  writer.writeLong(elector);
  writer.writeInt(advice.leader);
  writer.writeLong(advice.round);
  writer.writeLong(advice.incarnation);
  return endMessage(writer);
}

/** @throws MalformedMessage */
export function decodeAdvice(bytes: Uint8Array): AdviceEnvelope {
  return decodeMessage(bytes, "advice", (kind, reader) => {
    requireKind(kind, Kind.ADVICE);
    const elector = readIncarnation(reader);
    const advice: Advice = {
      leader: readServerId(reader),
      round: readCount(reader),
      incarnation: readIncarnation(reader),
    };
    return { elector, advice };
  });
}

/** An elector asks its replica for its state; there is nothing more to say. */
export function encodeQuestion(): Uint8Array {
  return endMessage(beginMessage(Kind.QUESTION, SIZE_HINT_BYTES));
}

/** @throws MalformedMessage */
export function decodeQuestion(bytes: Uint8Array): void {
  decodeMessage(bytes, "question", (kind) => requireKind(kind, Kind.QUESTION));
}

function writeVote(writer: JuteWriter, vote: Vote): void {
  writer.writeInt(vote.leader);
  writer.writeInt(vote.peerEpoch);
  writer.writeLong(vote.zxid);
}

function readVote(reader: JuteReader): Vote {
  return { leader: readServerId(reader), peerEpoch: readEpoch(reader), zxid: readZxid(reader) };
}

function requireKind(kind: number, wanted: number): void {
  if (kind !== wanted) throw new MalformedMessage(`kind ${kind} where ${wanted} belongs.`);
}
