import { type Envelope, formatZxid, type Packet, type PeerStatus, type Zxid } from "@meerkat/zab";
import { describeProposal } from "./checkers/ledger.ts";

const ZXID_FIELDS = new Set(["zxid", "lastZxid", "committed", "lastProposed", "after", "to"]);
const SILENT_FIELDS = new Set(["type", "chunk", "members"]);

/** One packet on one line: `2 → 3 NEWLEADER attempt=1 epoch=4 lastZxid=0x300000002`. */
export function describeEnvelope({ from, to, packet }: Envelope): string {
  return `${from} → ${to} ${describePacket(packet)}`;
}

export function describePacket(packet: Packet): string {
  const words: string[] = [packet.type];
  for (const [name, value] of Object.entries(packet)) {
    if (SILENT_FIELDS.has(name)) continue;
    words.push(`${name}=${describeField(name, value)}`);
  }
  return words.join(" ");
}

export function describeStatus(status: PeerStatus): string {
  const { serverState, zabState, epoch, leader, established, voice } = status;
  const at = `lastZxid=${formatZxid(status.lastZxid)} committed=${formatZxid(status.committed)}`;
  const flags = `${established ? " established" : ""}${voice ? "" : " without voice"}`;
  const follows = leader === undefined ? "" : ` leader=${leader}`;
  return `${serverState} ${zabState} epoch=${epoch}${follows}${flags} ${at} (${status.reason})`;
}

function describeField(name: string, value: unknown): string {
  if (ZXID_FIELDS.has(name) && typeof value === "number") return formatZxid(value as Zxid);
  if (name === "epochEnds" && Array.isArray(value)) return `[${value.map(formatZxid).join(" ")}]`;
  if (name === "proposal") return describeProposal(value as never);
  if (name === "proposals" && Array.isArray(value)) {
    return `[${value.map(describeProposal).join(" ")}]`;
  }
  return String(value);
}
