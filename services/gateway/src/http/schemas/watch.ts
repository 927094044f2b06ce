import { type Static, Type } from "typebox";
import { CLOSED, ZnodePath } from "./common.ts";

export const WatchQuery = Type.Object(
  {
    path: ZnodePath,
    recursive: Type.Optional(
      Type.Boolean({ description: "The znode and everything below it.", examples: [true] }),
    ),
    after: Type.Optional(
      Type.String({
        description:
          "A zxid, or the id of an event: what happened behind it is told first. Without it the stream begins " +
          "now. `Last-Event-ID` counts more.",
        examples: ["0x100000002", "0x100000002-0"],
      }),
    ),
    data: Type.Optional(
      Type.Boolean({ description: "false leaves the data out of the events.", examples: [false] }),
    ),
  },
  CLOSED,
);
export type WatchQuery = Static<typeof WatchQuery>;
