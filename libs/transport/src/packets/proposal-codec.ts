import type { JuteReader, JuteWriter } from "@meerkat/jute";
import { epochOf, type Proposal } from "@meerkat/zab";
import { readBytes, readWord, readZxid, writeWord } from "../wire/fields.ts";
import { MalformedMessage } from "../wire/malformed-message.ts";

const KINDS: readonly Proposal["kind"][] = ["txns", "admission"];

/** previous, first, last: long; kind: byte; length of the payload: int. */
export const PROPOSAL_HEADER_BYTES = 3 * 8 + 1 + 4;

export function writeProposal(writer: JuteWriter, proposal: Proposal): void {
  writer.writeLong(proposal.previous);
  writer.writeLong(proposal.first);
  writer.writeLong(proposal.last);
  writeWord(writer, KINDS, proposal.kind);
  writer.writeBuffer(proposal.payload);
}

/** The payload is a view. */
export function readProposal(reader: JuteReader): Proposal {
  const previous = readZxid(reader);
  const first = readZxid(reader);
  const last = readZxid(reader);
  const kind = readWord(reader, KINDS);
  if (!(previous < first && first <= last && epochOf(first) === epochOf(last))) {
    throw new MalformedMessage(`a proposal of ${first} to ${last} cannot follow ${previous}.`);
  }
  return { previous, first, last, kind, payload: readBytes(reader) };
}

/**
 * A small payload would keep the whole socket read alive that it came in, and proposals are kept
 * long. So a view stays one only if it is a good part of its memory.
 */
export function withOwnedPayload(proposal: Proposal): Proposal {
  const { payload } = proposal;
  if (payload.byteLength * WASTE_MAX >= payload.buffer.byteLength) return proposal;
  return { ...proposal, payload: new Uint8Array(payload) };
}

const WASTE_MAX = 4;
