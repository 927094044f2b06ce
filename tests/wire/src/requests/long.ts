import type { JuteReader, JuteWriter } from "@meerkat/jute";

/** Session ids of ZooKeeper use all 64 bits; what it must not lose is a bigint here. */
export function writeLong(writer: JuteWriter, value: bigint): void {
  writer.writeInt(Number(BigInt.asIntN(32, value >> 32n)));
  writer.writeInt(Number(BigInt.asIntN(32, value)));
}

export function readLong(reader: JuteReader): bigint {
  const high = BigInt(reader.readInt());
  const low = BigInt.asUintN(32, BigInt(reader.readInt()));
  return (high << 32n) | low;
}
