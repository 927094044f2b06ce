import type { Envelope, Packet } from "./packets.ts";
import type { Members, Proposal } from "./proposal.ts";
import type { HardState, PeerStatus, Persist, Ready, SyncRead } from "./ready.ts";
import { decodeMembers } from "./voice/members-codec.ts";
import { formatZxid, type Zxid } from "./zxid.ts";

/** Printers for transcripts and logs: one line each, always the same for the same thing. */

export function describeMembers(members: Members): string {
  return [...members]
    .sort(([one], [other]) => one - other)
    .map(([voter, store]) => `${voter}:${store.toString(16)}`)
    .join(",");
}

/** `0x100000002` or, for a batch, `0x100000002-0x100000004`. */
export function describeProposal(proposal: Proposal): string {
  const { first, last, kind, payload } = proposal;
  const range = first === last ? formatZxid(first) : `${formatZxid(first)}-${formatZxid(last)}`;
  return kind === "txns" ? range : `${range} admission ${describeMembers(decodeMembers(payload))}`;
}

type Field = string | undefined;

const zxid = (name: string, value: Zxid): Field => `${name}=${formatZxid(value)}`;
const when = (condition: boolean, name: string): Field => (condition ? name : undefined);

function fieldsOf(packet: Packet): Field[] {
  switch (packet.type) {
    case "FOLLOWERINFO":
      return [
        `attempt=${packet.attempt}`,
        `acceptedEpoch=${packet.acceptedEpoch}`,
        zxid("lastZxid", packet.lastZxid),
        when(!packet.voice, "voiceless"),
      ];
    case "OBSERVERINFO":
      return [`attempt=${packet.attempt}`, zxid("lastZxid", packet.lastZxid)];
    case "LEADERINFO":
      return [`attempt=${packet.attempt}`, `epoch=${packet.epoch}`];
    case "ACKEPOCH":
      return [
        `attempt=${packet.attempt}`,
        `epoch=${packet.epoch}`,
        when(!packet.promised, "promised-before"),
        `currentEpoch=${packet.currentEpoch}`,
        zxid("lastZxid", packet.lastZxid),
        `ends=${packet.epochEnds.map(formatZxid).join(",")}`,
        when(!packet.voice, "voiceless"),
      ];
    case "DIFF":
      return [
        zxid("after", packet.after),
        `proposals=[${packet.proposals.map(describeProposal).join(" ")}]`,
        zxid("committed", packet.committed),
        when(packet.complete, "complete"),
      ];
    case "TRUNC":
      return [zxid("to", packet.to)];
    case "SNAP":
      return [zxid("zxid", packet.zxid), `chunk=${packet.index}`, when(packet.last, "last")];
    case "SYNCNEXT":
      return [
        zxid("after", packet.after),
        when(packet.chunk !== undefined, `chunk=${packet.chunk}`),
      ];
    case "NEWLEADER":
      return [`epoch=${packet.epoch}`, zxid("lastZxid", packet.lastZxid)];
    case "ACK":
      return [zxid("zxid", packet.zxid), `beat=${packet.beat}`, when(!packet.voice, "voiceless")];
    case "UPTODATE":
      return [`epoch=${packet.epoch}`, zxid("committed", packet.committed)];
    case "PROPOSAL":
      return [describeProposal(packet.proposal), zxid("committed", packet.committed)];
    case "INFORM":
      return [describeProposal(packet.proposal)];
    case "COMMIT":
      return [
        `epoch=${packet.epoch}`,
        zxid("committed", packet.committed),
        zxid("lastProposed", packet.lastProposed),
        `beat=${packet.beat}`,
      ];
  }
}

export function describePacket(packet: Packet): string {
  return [packet.type, ...fieldsOf(packet).filter((field) => field !== undefined)].join(" ");
}

export function describeEnvelope({ from, to, packet }: Envelope): string {
  return `${from}->${to} ${describePacket(packet)}`;
}

export function describeHardState({ acceptedEpoch, currentEpoch, voice }: HardState): string {
  return `acceptedEpoch=${acceptedEpoch} currentEpoch=${currentEpoch} voice=${voice}`;
}

/** In the order in which the write is carried out. */
export function describePersist(persist: Persist): string {
  const { stage, install, truncateAfter, append, hardState } = persist;
  const parts: Field[] = [
    ...stage.map(({ zxid: at, index }) => `stage ${formatZxid(at)} chunk ${index}`),
    install && `install ${formatZxid(install.zxid)} members ${describeMembers(install.members)}`,
    truncateAfter === undefined ? undefined : `truncate after ${formatZxid(truncateAfter)}`,
    append.length > 0 ? `append ${append.map(describeProposal).join(" ")}` : undefined,
    hardState && describeHardState(hardState),
  ];
  return parts.filter((part) => part !== undefined).join("; ");
}

export function describeRead(read: SyncRead): string {
  if (read.kind === "log") return `log after ${formatZxid(read.after)}`;
  return `snapshot ${read.zxid === undefined ? "newest" : formatZxid(read.zxid)} chunk ${read.index}`;
}

export function describeStatus(status: PeerStatus): string {
  const { serverState, zabState, epoch, leader, established, voice } = status;
  const parts: Field[] = [
    serverState,
    zabState,
    `epoch=${epoch}`,
    leader === undefined ? undefined : `leader=${leader}`,
    when(established, "established"),
    when(!voice, "voiceless"),
    zxid("lastZxid", status.lastZxid),
    zxid("committed", status.committed),
  ];
  return `${parts.filter((part) => part !== undefined).join(" ")}: ${status.reason}`;
}

/** What one Ready asks for, a line per thing, in the order in which a host does it. */
export function describeReady(ready: Ready): string[] {
  const written = ready.persist === undefined ? "" : describePersist(ready.persist);
  return [
    ...ready.send.map((envelope) => `send ${describeEnvelope(envelope)}`),
    ...(written === "" ? [] : [`write ${written}`]),
    ...ready.sendAfterPersist.map((envelope) => `then ${describeEnvelope(envelope)}`),
    ...ready.deliver.map((proposal) => `deliver ${describeProposal(proposal)}`),
    ...ready.reads.map((read) => `read ${describeRead(read)}`),
    ...ready.barriers.map(({ id, zxid: at }) => `barrier ${id} at ${formatZxid(at as Zxid)}`),
    ...ready.barriersLost.map((id) => `barrier ${id} lost`),
  ];
}
