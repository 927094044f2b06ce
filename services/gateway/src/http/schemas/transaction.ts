import { type Static, Type } from "typebox";
import { AclList } from "./acl.ts";
import { CLOSED, DATA_FIELDS, TtlMs, Version, ZnodePath, ZxidText } from "./common.ts";
import { STAT_EXAMPLE, StatBody } from "./stat.ts";
import { Mode } from "./znode.ts";

const CREATE_FIELDS = {
  path: ZnodePath,
  ...DATA_FIELDS,
  mode: Type.Optional(Mode),
  sequential: Type.Optional(Type.Boolean()),
  ttlMs: Type.Optional(TtlMs),
  acl: Type.Optional(AclList),
};

export const CreateOp = Type.Object({ op: Type.Literal("create"), ...CREATE_FIELDS }, CLOSED);
const CreateIfNotExistsOp = Type.Object(
  { op: Type.Literal("createIfNotExists"), ...CREATE_FIELDS },
  { ...CLOSED, description: "An existing znode is left as it is; `created` tells." },
);
const CreateParentsOp = Type.Object(
  { op: Type.Literal("createParents"), ...CREATE_FIELDS },
  { ...CLOSED, description: "create, and missing ancestors as persistent znodes." },
);
const SetOp = Type.Object(
  {
    op: Type.Literal("set"),
    path: ZnodePath,
    ...DATA_FIELDS,
    version: Type.Optional(Version),
  },
  CLOSED,
);
const SetAclOp = Type.Object(
  {
    op: Type.Literal("setAcl"),
    path: ZnodePath,
    acl: AclList,
    version: Type.Optional(Version),
  },
  { ...CLOSED, description: "`version` is of the ACL: the stat's aversion." },
);
const DeleteOp = Type.Object(
  {
    op: Type.Literal("delete"),
    path: ZnodePath,
    version: Type.Optional(Version),
    recursive: Type.Optional(Type.Boolean()),
  },
  CLOSED,
);
const CheckOp = Type.Object(
  { op: Type.Literal("check"), path: ZnodePath, version: Type.Optional(Version) },
  { ...CLOSED, description: "Refuses the transaction unless the znode exists at this version." },
);
const GetOp = Type.Object(
  { op: Type.Literal("get"), path: ZnodePath },
  { ...CLOSED, description: "Reads data and stat at this very point of the transaction." },
);
const ChildrenOp = Type.Object(
  { op: Type.Literal("children"), path: ZnodePath },
  { ...CLOSED, description: "Reads the children's names at this very point." },
);

export const OperationBody = Type.Union([
  CreateOp,
  CreateIfNotExistsOp,
  CreateParentsOp,
  SetOp,
  SetAclOp,
  DeleteOp,
  CheckOp,
  GetOp,
  ChildrenOp,
]);
export type OperationBody = Static<typeof OperationBody>;
export type CreateOperationBody = Extract<OperationBody, { op: `create${string}` }>;

const ComparisonBody = Type.Object(
  {
    eq: Type.Optional(Type.Integer()),
    ne: Type.Optional(Type.Integer()),
    lt: Type.Optional(Type.Integer()),
    gt: Type.Optional(Type.Integer()),
  },
  { ...CLOSED, minProperties: 1, examples: [{ eq: 3 }] },
);

export const ConditionBody = Type.Object(
  {
    path: ZnodePath,
    exists: Type.Optional(Type.Boolean()),
    version: Type.Optional(ComparisonBody),
    numChildren: Type.Optional(ComparisonBody),
    ...DATA_FIELDS,
  },
  { ...CLOSED, description: "All parts that are present must hold." },
);
export type ConditionBody = Static<typeof ConditionBody>;

const OPS_EXAMPLE = {
  ops: [
    { op: "check", path: "/app", version: 3 },
    { op: "create", path: "/app/job-", data: "x", sequential: true },
    { op: "set", path: "/app/count", data: "1", version: -1 },
  ],
};

export const OpsBody = Type.Object(
  { ops: Type.Array(OperationBody, { description: "Done in order, all or none." }) },
  {
    ...CLOSED,
    title: "Transaction",
  },
);

const CONDITIONAL_EXAMPLE = {
  if: [{ path: "/app/leader", exists: false }],
  // biome-ignore lint/suspicious/noThenProperty: the field of the API.
  then: [{ op: "create", path: "/app/leader", data: "me" }],
  else: [{ op: "get", path: "/app/leader" }],
};

export const ConditionalBody = Type.Object(
  {
    if: Type.Array(ConditionBody, { description: "All must hold for `then`." }),
    // biome-ignore lint/suspicious/noThenProperty: the field of the API; nothing awaits a schema.
    then: Type.Optional(Type.Array(OperationBody)),
    else: Type.Optional(Type.Array(OperationBody)),
  },
  {
    ...CLOSED,
    title: "Conditional transaction",
  },
);

export const TransactionBody = Type.Union([OpsBody, ConditionalBody], {
  examples: [OPS_EXAMPLE, CONDITIONAL_EXAMPLE],
});
export type TransactionBody = Static<typeof TransactionBody>;

/** One shape for the results of all operations, so that it is written without guessing. */
export const OperationAnswer = Type.Object({
  op: Type.String({ description: "As in the request." }),
  path: Type.String({ description: "With the number that a sequential create appended." }),
  created: Type.Optional(Type.Boolean({ description: "Of createIfNotExists." })),
  ...DATA_FIELDS,
  children: Type.Optional(Type.Array(Type.String())),
  stat: Type.Optional(StatBody),
});
export type OperationAnswer = Static<typeof OperationAnswer>;

export const TransactionAnswer = Type.Object(
  {
    zxid: ZxidText,
    branch: Type.Optional(
      Type.String({ pattern: "^(then|else)$", description: "Which side was done." }),
    ),
    results: Type.Array(OperationAnswer),
  },
  {
    examples: [
      {
        zxid: "0x100000002",
        branch: "then",
        results: [{ op: "create", path: "/app/leader", stat: STAT_EXAMPLE }],
      },
    ],
  },
);
export type TransactionAnswer = Static<typeof TransactionAnswer>;
/** The serialiser writes required fields first; without them it keeps the order above. */
export const TransactionAnswerInOrder = Type.Partial(TransactionAnswer);
