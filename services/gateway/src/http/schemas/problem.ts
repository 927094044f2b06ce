import { Type } from "typebox";
import { ZxidText } from "./common.ts";

/** RFC 9457, as errors/problem.ts makes them. */
export const ProblemBody = Type.Object(
  {
    title: Type.String(),
    status: Type.Integer(),
    code: Type.String({ description: "ZooKeeper's name of the error." }),
    op: Type.Optional(Type.Integer({ description: "Index of the operation that failed, from 0." })),
    branch: Type.Optional(Type.String({ description: "then or else, where op counts." })),
    path: Type.Optional(Type.String({ description: "The znode concerned." })),
    zxid: Type.Optional(ZxidText),
    field: Type.Optional(Type.String({ description: "The part of the request that is wrong." })),
    ambiguous: Type.Optional(
      Type.Boolean({ description: "Of a write without an answer: it may still be applied." }),
    ),
    oldestZxid: Type.Optional(ZxidText),
    detail: Type.String({ description: "What happened, to what, and what to do." }),
  },
  {
    $id: "Problem",
    title: "Problem",
    examples: [
      {
        title: "NoNode",
        status: 404,
        code: "NoNode",
        path: "/app",
        zxid: "0x100000002",
        detail: "There is no znode /app.",
      },
    ],
  },
);
