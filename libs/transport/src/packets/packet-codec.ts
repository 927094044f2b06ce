import type { JuteReader, JuteWriter } from "@meerkat/jute";
import type { Packet, ServerId, StoreId } from "@meerkat/zab";
import {
  LONG_BYTES,
  readBytes,
  readCount,
  readEpoch,
  readFlag,
  readServerId,
  readStoreId,
  readVector,
  readZxid,
  writeVector,
} from "../wire/fields.ts";
import {
  PROPOSAL_HEADER_BYTES,
  readProposal,
  withOwnedPayload,
  writeProposal,
} from "./proposal-codec.ts";

type PacketsByType = { readonly [P in Packet as P["type"]]: P };

interface PacketCodec<P> {
  /** ZooKeeper's number of the packet; SYNCNEXT, which it does not have, is 32. */
  readonly number: number;
  write(writer: JuteWriter, packet: P): void;
  read(reader: JuteReader): P;
  /** About how large it gets, where that is not small. */
  sizeHintBytes?(packet: P): number;
}

const NO_CHUNK = -1;
const MEMBER_BYTES = 4 + LONG_BYTES;

/** A packet without a codec does not compile. */
const CODECS: { readonly [T in keyof PacketsByType]: PacketCodec<PacketsByType[T]> } = {
  FOLLOWERINFO: {
    number: 11,
    write(writer, packet) {
      writer.writeLong(packet.attempt);
      writer.writeInt(packet.acceptedEpoch);
      writer.writeLong(packet.lastZxid);
      writer.writeLong(packet.storeId);
      writer.writeBoolean(packet.voice);
    },
    read: (reader) => ({
      type: "FOLLOWERINFO",
      attempt: readCount(reader),
      acceptedEpoch: readEpoch(reader),
      lastZxid: readZxid(reader),
      storeId: readStoreId(reader),
      voice: readFlag(reader),
    }),
  },
  OBSERVERINFO: {
    number: 16,
    write(writer, packet) {
      writer.writeLong(packet.attempt);
      writer.writeLong(packet.lastZxid);
    },
    read: (reader) => ({
      type: "OBSERVERINFO",
      attempt: readCount(reader),
      lastZxid: readZxid(reader),
    }),
  },
  LEADERINFO: {
    number: 17,
    write: writeAttemptAndEpoch,
    read: (reader) => ({
      type: "LEADERINFO",
      attempt: readCount(reader),
      epoch: readEpoch(reader),
    }),
  },
  ACKEPOCH: {
    number: 18,
    write(writer, packet) {
      writeAttemptAndEpoch(writer, packet);
      writer.writeBoolean(packet.promised);
      writer.writeInt(packet.currentEpoch);
      writer.writeLong(packet.lastZxid);
      writeVector(writer, packet.epochEnds, (zxid) => writer.writeLong(zxid));
      writer.writeLong(packet.storeId);
      writer.writeBoolean(packet.voice);
    },
    read: (reader) => ({
      type: "ACKEPOCH",
      attempt: readCount(reader),
      epoch: readEpoch(reader),
      promised: readFlag(reader),
      currentEpoch: readEpoch(reader),
      lastZxid: readZxid(reader),
      epochEnds: readVector(reader, LONG_BYTES, () => readZxid(reader)),
      storeId: readStoreId(reader),
      voice: readFlag(reader),
    }),
  },
  DIFF: {
    number: 13,
    write(writer, packet) {
      writeAttemptAndEpoch(writer, packet);
      writer.writeLong(packet.after);
      writeVector(writer, packet.proposals, (proposal) => writeProposal(writer, proposal));
      writer.writeBoolean(packet.complete);
      writer.writeLong(packet.committed);
    },
    read: (reader) => ({
      type: "DIFF",
      attempt: readCount(reader),
      epoch: readEpoch(reader),
      after: readZxid(reader),
      proposals: readVector(reader, PROPOSAL_HEADER_BYTES, () => readProposal(reader)),
      complete: readFlag(reader),
      committed: readZxid(reader),
    }),
    sizeHintBytes: (packet) =>
      packet.proposals.reduce(
        (sum, { payload }) => sum + PROPOSAL_HEADER_BYTES + payload.length,
        0,
      ),
  },
  TRUNC: {
    number: 14,
    write(writer, packet) {
      writeAttemptAndEpoch(writer, packet);
      writer.writeLong(packet.to);
    },
    read: (reader) => ({
      type: "TRUNC",
      attempt: readCount(reader),
      epoch: readEpoch(reader),
      to: readZxid(reader),
    }),
  },
  SNAP: {
    number: 15,
    write(writer, packet) {
      writeAttemptAndEpoch(writer, packet);
      writer.writeLong(packet.zxid);
      writeVector(writer, [...packet.members], ([server, store]) => {
        writer.writeInt(server);
        writer.writeLong(store);
      });
      writer.writeLong(packet.index);
      writer.writeBoolean(packet.last);
      writer.writeBuffer(packet.chunk);
    },
    read: (reader) => ({
      type: "SNAP",
      attempt: readCount(reader),
      epoch: readEpoch(reader),
      zxid: readZxid(reader),
      members: readMembers(reader),
      index: readCount(reader),
      last: readFlag(reader),
      chunk: readBytes(reader),
    }),
    sizeHintBytes: (packet) => packet.members.size * MEMBER_BYTES + packet.chunk.length,
  },
  SYNCNEXT: {
    number: 32,
    write(writer, packet) {
      writeAttemptAndEpoch(writer, packet);
      writer.writeLong(packet.after);
      writer.writeLong(packet.chunk ?? NO_CHUNK);
    },
    read: (reader) => {
      const packet = {
        type: "SYNCNEXT",
        attempt: readCount(reader),
        epoch: readEpoch(reader),
        after: readZxid(reader),
      } as const;
      const chunk = reader.readLong();
      return chunk < 0 ? packet : { ...packet, chunk };
    },
  },
  NEWLEADER: {
    number: 10,
    write(writer, packet) {
      writeAttemptAndEpoch(writer, packet);
      writer.writeLong(packet.lastZxid);
    },
    read: (reader) => ({
      type: "NEWLEADER",
      attempt: readCount(reader),
      epoch: readEpoch(reader),
      lastZxid: readZxid(reader),
    }),
  },
  ACK: {
    number: 3,
    write(writer, packet) {
      writer.writeInt(packet.epoch);
      writer.writeLong(packet.zxid);
      writer.writeLong(packet.beat);
      writer.writeLong(packet.storeId);
      writer.writeBoolean(packet.voice);
    },
    read: (reader) => ({
      type: "ACK",
      epoch: readEpoch(reader),
      zxid: readZxid(reader),
      beat: readCount(reader),
      storeId: readStoreId(reader),
      voice: readFlag(reader),
    }),
  },
  UPTODATE: {
    number: 12,
    write(writer, packet) {
      writeAttemptAndEpoch(writer, packet);
      writer.writeLong(packet.committed);
    },
    read: (reader) => ({
      type: "UPTODATE",
      attempt: readCount(reader),
      epoch: readEpoch(reader),
      committed: readZxid(reader),
    }),
  },
  PROPOSAL: {
    number: 2,
    write(writer, packet) {
      writer.writeInt(packet.epoch);
      writer.writeLong(packet.committed);
      writeProposal(writer, packet.proposal);
    },
    read: (reader) => ({
      type: "PROPOSAL",
      epoch: readEpoch(reader),
      committed: readZxid(reader),
      proposal: withOwnedPayload(readProposal(reader)),
    }),
    sizeHintBytes: (packet) => PROPOSAL_HEADER_BYTES + packet.proposal.payload.length,
  },
  INFORM: {
    number: 8,
    write(writer, packet) {
      writer.writeInt(packet.epoch);
      writeProposal(writer, packet.proposal);
    },
    read: (reader) => ({
      type: "INFORM",
      epoch: readEpoch(reader),
      proposal: withOwnedPayload(readProposal(reader)),
    }),
    sizeHintBytes: (packet) => PROPOSAL_HEADER_BYTES + packet.proposal.payload.length,
  },
  COMMIT: {
    number: 4,
    write(writer, packet) {
      writer.writeInt(packet.epoch);
      writer.writeLong(packet.committed);
      writer.writeLong(packet.lastProposed);
      writer.writeLong(packet.beat);
    },
    read: (reader) => ({
      type: "COMMIT",
      epoch: readEpoch(reader),
      committed: readZxid(reader),
      lastProposed: readZxid(reader),
      beat: readCount(reader),
    }),
  },
};

const BY_NUMBER: ReadonlyMap<number, PacketCodec<Packet>> = new Map(
  Object.values(CODECS).map((codec) => [codec.number, codec as PacketCodec<Packet>]),
);

/** The codec of a packet that is to be written. */
export function codecOf<T extends Packet["type"]>(type: T): PacketCodec<PacketsByType[T]> {
  return CODECS[type];
}

/** The codec of a packet that is to be read; undefined when no packet has this number. */
export function codecOfNumber(number: number): PacketCodec<Packet> | undefined {
  return BY_NUMBER.get(number);
}

function writeAttemptAndEpoch(
  writer: JuteWriter,
  packet: { readonly attempt: number; readonly epoch: number },
): void {
  writer.writeLong(packet.attempt);
  writer.writeInt(packet.epoch);
}

function readMembers(reader: JuteReader): ReadonlyMap<ServerId, StoreId> {
  return new Map(
    readVector(reader, MEMBER_BYTES, () => [readServerId(reader), readStoreId(reader)] as const),
  );
}
