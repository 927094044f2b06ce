import { type Static, Type } from "typebox";
import { AclList } from "./acl.ts";
import { CLOSED, Consistency, DATA_FIELDS, TtlMs, Version, ZnodePath } from "./common.ts";
import { STAT_EXAMPLE, StatBody } from "./stat.ts";

export const Mode = Type.Union(
  [
    Type.Literal("persistent"),
    Type.Literal("ephemeral"),
    Type.Literal("container"),
    Type.Literal("ttl"),
  ],
  {
    description:
      "persistent (the default); ephemeral: goes with the session; container: goes after its " +
      "last child; ttl: goes when it has no child and was not changed for so long.",
    examples: ["ephemeral"],
  },
);
export type Mode = Static<typeof Mode>;

const Flag = (description: string) => Type.Optional(Type.Boolean({ description }));

export const GetZnodeQuery = Type.Object(
  {
    children: Type.Optional(
      Type.Union([Type.Literal("true"), Type.Literal("stat"), Type.Literal("data")], {
        description:
          "List the children instead of the data: true gives names, stat names and stats, " +
          "data also the data.",
        examples: ["true"],
      }),
    ),
    limit: Type.Optional(
      Type.Integer({ minimum: 1, description: "Children per page.", examples: [100] }),
    ),
    after: Type.Optional(
      Type.String({
        description: "Continue behind this name: `after` of the previous page.",
        examples: ["worker-0000000041"],
      }),
    ),
    consistency: Consistency,
  },
  CLOSED,
);
export type GetZnodeQuery = Static<typeof GetZnodeQuery>;

export const CreateZnodeQuery = Type.Object(
  {
    mode: Type.Optional(Mode),
    sequential: Flag("Append the parent's ten-digit counter to the name."),
    ttl: Type.Optional(TtlMs),
    parents: Flag("Create missing ancestors as persistent znodes with the same ACL."),
    ifNotExists: Flag("An existing znode is left as it is: 200 instead of 409."),
  },
  CLOSED,
);
export type CreateZnodeQuery = Static<typeof CreateZnodeQuery>;

export const PutZnodeQuery = Type.Object(
  {
    version: Type.Optional(Version),
    create: Flag("Create the znode if it does not exist, in the same transaction."),
  },
  CLOSED,
);
export type PutZnodeQuery = Static<typeof PutZnodeQuery>;

export const DeleteZnodeQuery = Type.Object(
  {
    version: Type.Optional(Version),
    recursive: Flag("Delete everything below it too, in the same transaction."),
  },
  CLOSED,
);
export type DeleteZnodeQuery = Static<typeof DeleteZnodeQuery>;

export const ZnodeBody = Type.Object(
  { ...DATA_FIELDS, acl: Type.Optional(AclList) },
  {
    ...CLOSED,
    description: "Data as text or base64. `acl` counts only where the znode is created.",
    examples: [{ data: "hello" }],
  },
);
export type ZnodeBody = Static<typeof ZnodeBody>;

export const ZNODE_EXAMPLE = { path: "/app/config", data: "hello", stat: STAT_EXAMPLE };

export const ZnodeAnswer = Type.Object(
  { path: ZnodePath, ...DATA_FIELDS, stat: StatBody },
  { examples: [ZNODE_EXAMPLE] },
);
export type ZnodeAnswer = Static<typeof ZnodeAnswer>;
/** The serialiser writes required fields first; without them it keeps the order above. */
export const ZnodeAnswerInOrder = Type.Partial(ZnodeAnswer);

/** After a write: the data is what the client sent. */
export const WrittenAnswer = Type.Object(
  { path: ZnodePath, stat: StatBody },
  { examples: [{ path: "/app/config", stat: STAT_EXAMPLE }] },
);

const ChildEntry = Type.Object(
  {
    name: Type.String(),
    ...DATA_FIELDS,
    stat: Type.Optional(StatBody),
    code: Type.Optional(
      Type.String({ description: "NoAuth where the client may not read this child." }),
    ),
  },
  { description: "A child with its stat (children=stat) and data (children=data)." },
);
export type ChildEntry = Static<typeof ChildEntry>;

export const ChildrenAnswer = Type.Object(
  {
    path: ZnodePath,
    children: Type.Union([Type.Array(Type.String()), Type.Array(ChildEntry)], {
      description: "In the order of their names (UTF-16 code units).",
      examples: [["a", "b"]],
    }),
    stat: StatBody,
    after: Type.Optional(
      Type.String({ description: "There are more: ask again with after=this name." }),
    ),
  },
  { examples: [{ path: "/app", children: ["config", "jobs"], stat: STAT_EXAMPLE }] },
);
export type ChildrenAnswer = Static<typeof ChildrenAnswer>;
