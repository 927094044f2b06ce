import type { Stat } from "@meerkat/tree";
import type { StatBody } from "../schemas/stat.ts";
import { formatHex } from "./zxid-text.ts";

export function statBody(stat: Stat): StatBody {
  return {
    czxid: formatHex(stat.czxid),
    mzxid: formatHex(stat.mzxid),
    ctime: stat.ctime,
    mtime: stat.mtime,
    version: stat.version,
    cversion: stat.cversion,
    aversion: stat.aversion,
    ephemeralOwner: formatHex(stat.ephemeralOwner),
    dataLength: stat.dataLength,
    numChildren: stat.numChildren,
    pzxid: formatHex(stat.pzxid),
  };
}

/** The stat of an answer with raw bytes: one header per field, `Meerkat-Stat-` and the field's name. */
export function statHeaders(stat: Stat): Record<string, string | number> {
  return {
    "meerkat-stat-czxid": formatHex(stat.czxid),
    "meerkat-stat-mzxid": formatHex(stat.mzxid),
    "meerkat-stat-ctime": stat.ctime,
    "meerkat-stat-mtime": stat.mtime,
    "meerkat-stat-version": stat.version,
    "meerkat-stat-cversion": stat.cversion,
    "meerkat-stat-aversion": stat.aversion,
    "meerkat-stat-ephemeralowner": formatHex(stat.ephemeralOwner),
    "meerkat-stat-datalength": stat.dataLength,
    "meerkat-stat-numchildren": stat.numChildren,
    "meerkat-stat-pzxid": formatHex(stat.pzxid),
  };
}
