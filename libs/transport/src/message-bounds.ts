import { PROPOSAL_HEADER_BYTES } from "./packets/proposal-codec.ts";

export interface MessageBounds {
  /** Largest payload of one proposal (PROPOSAL). */
  readonly proposalBytesMax: number;
  /** PeerConfig.syncChunkBytesMax: where a DIFF or a SNAP chunk is cut. */
  readonly syncChunkBytesMax: number;
}

/** Version, kind, envelope and the fixed fields of any packet, rounded up. */
const PACKET_BYTES_MAX = 4096;
/** A txn batch has its own header, so a payload is never smaller than this. */
const PAYLOAD_BYTES_MIN = 16;

/**
 * The largest message that a replica with these bounds can send. A DIFF may hold one proposal
 * more than fits the chunk, and pays a header for each of many small ones.
 */
export function requiredMaxPayloadBytes(bounds: MessageBounds): number {
  const { proposalBytesMax, syncChunkBytesMax } = bounds;
  const headersMax = Math.ceil(syncChunkBytesMax / PAYLOAD_BYTES_MIN) * PROPOSAL_HEADER_BYTES;
  return PACKET_BYTES_MAX + headersMax + syncChunkBytesMax + proposalBytesMax;
}
