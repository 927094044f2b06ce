import { type Static, Type } from "typebox";
import { ZxidText } from "./common.ts";

const Time = Type.Integer({ description: "Milliseconds since the Unix epoch." });
const Count = Type.Integer({ minimum: 0 });

export const STAT_EXAMPLE = {
  czxid: "0x100000002",
  mzxid: "0x100000002",
  ctime: 1767225602000,
  mtime: 1767225602000,
  version: 0,
  cversion: 0,
  aversion: 0,
  ephemeralOwner: "0x0",
  dataLength: 5,
  numChildren: 0,
  pzxid: "0x100000002",
};

export const StatBody = Type.Object(
  {
    czxid: ZxidText,
    mzxid: ZxidText,
    ctime: Time,
    mtime: Time,
    version: Type.Integer({ description: "Number of changes of the data." }),
    cversion: Type.Integer({ description: "Number of changes of the children." }),
    aversion: Type.Integer({ description: "Number of changes of the ACL." }),
    ephemeralOwner: Type.String({
      pattern: "^0x[0-9a-f]{1,16}$",
      description: "Id of the owning session; 0x0 for a znode that is not ephemeral.",
    }),
    dataLength: Count,
    numChildren: Count,
    pzxid: ZxidText,
  },
  {
    description: "ZooKeeper's Stat.",
    examples: [STAT_EXAMPLE],
  },
);
export type StatBody = Static<typeof StatBody>;
