import type { Stat } from "@meerkat/tree";
import { dataFieldsOf } from "./data-fields.ts";
import { hexOf } from "./hex.ts";
import type { WatchEvent } from "./watch-event.ts";

/** How much of an event a subscriber gets to see. */
export interface Disclosed {
  /** False: type, path, zxid, index and time only. */
  readonly content: boolean;
  /** Data larger than this are left out; -1 leaves out all. */
  readonly dataBytesMax: number;
}

/** In JSON it stands as it is, between quotes. */
const PLAIN = /^[ !#-[\]-~]*$/;

/** The event as JSON, in the vocabulary of the HTTP API (docs/watch-events.md). */
export function encodeEvent(event: WatchEvent, { content, dataBytesMax }: Disclosed): string {
  const { type, path, zxid, index, time, session, stat } = event;
  const head = `{"type":"${type}","path":${quoted(path)},"zxid":"${hexOf(zxid)}","index":${index},"time":${time}`;
  if (!content) return `${head},"withheld":"acl"}`;
  return `${head},"session":"${hexOf(session)}","stat":{${statFields(stat)}}${dataField(event, dataBytesMax)}}`;
}

/** Written out: a leader at full load encodes ten thousand events a second, and a loop looks each name up. */
function statFields(stat: Partial<Stat>): string {
  let text = "";
  if (stat.czxid !== undefined) text += `,"czxid":"${hexOf(stat.czxid)}"`;
  if (stat.mzxid !== undefined) text += `,"mzxid":"${hexOf(stat.mzxid)}"`;
  if (stat.ctime !== undefined) text += `,"ctime":${stat.ctime}`;
  if (stat.mtime !== undefined) text += `,"mtime":${stat.mtime}`;
  if (stat.version !== undefined) text += `,"version":${stat.version}`;
  if (stat.cversion !== undefined) text += `,"cversion":${stat.cversion}`;
  if (stat.aversion !== undefined) text += `,"aversion":${stat.aversion}`;
  if (stat.ephemeralOwner !== undefined)
    text += `,"ephemeralOwner":"${hexOf(stat.ephemeralOwner)}"`;
  if (stat.dataLength !== undefined) text += `,"dataLength":${stat.dataLength}`;
  if (stat.numChildren !== undefined) text += `,"numChildren":${stat.numChildren}`;
  if (stat.pzxid !== undefined) text += `,"pzxid":"${hexOf(stat.pzxid)}"`;
  return text.slice(1);
}

function dataField({ type, data }: WatchEvent, bytesMax: number): string {
  if (type !== "NodeCreated" && type !== "NodeDataChanged") return "";
  if (data === undefined || (data?.length ?? 0) > bytesMax) return ',"withheld":"data"';
  if (data !== null && PLAIN.test(data)) return `,"data":"${data}"`;
  return `,${JSON.stringify(dataFieldsOf(data)).slice(1, -1)}`;
}

function quoted(text: string): string {
  return PLAIN.test(text) ? `"${text}"` : JSON.stringify(text);
}
