import type { Stat } from "@meerkat/tree";
import { dataFieldsOf } from "./data-fields.ts";
import type { WatchEvent } from "./watch-event.ts";

/** How much of an event a subscriber gets to see. */
export interface Disclosed {
  /** False: type, path, zxid, index and time only. */
  readonly content: boolean;
  /** Data larger than this are left out; -1 leaves out all. */
  readonly dataBytesMax: number;
}

const STAT_NUMBERS = ["ctime", "mtime", "version", "cversion", "aversion"] as const;

/** The event as JSON, in the vocabulary of the HTTP API (docs/watch-events.md). */
export function encodeEvent(event: WatchEvent, { content, dataBytesMax }: Disclosed): string {
  const { type, path, zxid, index, time, session, stat } = event;
  const head = `{"type":"${type}","path":${JSON.stringify(path)},"zxid":"${hex(zxid)}","index":${index},"time":${time}`;
  if (!content) return `${head},"withheld":"acl"}`;
  return `${head},"session":"${hex(session)}","stat":${encodeStat(stat)}${encodeData(event, dataBytesMax)}}`;
}

function encodeStat(stat: Partial<Stat>): string {
  let text = "";
  if (stat.czxid !== undefined) text += `,"czxid":"${hex(stat.czxid)}"`;
  if (stat.mzxid !== undefined) text += `,"mzxid":"${hex(stat.mzxid)}"`;
  for (const name of STAT_NUMBERS) {
    const value = stat[name];
    if (value !== undefined) text += `,"${name}":${value}`;
  }
  if (stat.ephemeralOwner !== undefined) text += `,"ephemeralOwner":"${hex(stat.ephemeralOwner)}"`;
  if (stat.dataLength !== undefined) text += `,"dataLength":${stat.dataLength}`;
  if (stat.numChildren !== undefined) text += `,"numChildren":${stat.numChildren}`;
  if (stat.pzxid !== undefined) text += `,"pzxid":"${hex(stat.pzxid)}"`;
  return `{${text.slice(1)}}`;
}

function encodeData({ type, data }: WatchEvent, bytesMax: number): string {
  if (type !== "NodeCreated" && type !== "NodeDataChanged") return "";
  if (data === undefined || (data?.length ?? 0) > bytesMax) return ',"withheld":"data"';
  return `,${JSON.stringify(dataFieldsOf(data)).slice(1, -1)}`;
}

function hex(value: number): string {
  return `0x${value.toString(16)}`;
}
