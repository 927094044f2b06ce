import fc from "fast-check";
import { type Acl, type Id, OPEN_ACL_UNSAFE } from "../../src/acl/acl.ts";
import type {
  Condition,
  CreateOperation,
  MultiOperationItem,
  Operation,
  ZnodeData,
} from "../../src/request.ts";

/**
 * A request before it is known which sessions there are: `slot` 0 is no session, n the n-th session
 * that was ever created, or one that never was.
 */
export interface RequestPlan {
  readonly slot: number;
  readonly gateway: number;
  readonly credentials: readonly Id[];
  readonly operation: OperationPlan;
  readonly key: { readonly key: string; readonly fingerprint: string } | undefined;
  readonly elapsedMs: number;
}

export type OperationPlan =
  | Operation
  | { readonly type: "closeSlot"; readonly slot: number }
  | { readonly type: "attachSlot"; readonly slot: number; readonly password: string };

const BOB: Id = { scheme: "digest", id: "bob:hash" };
const ANN: Id = { scheme: "digest", id: "ann:hash" };
const ADDRESS: Id = { scheme: "ip", id: "10.0.0.1" };
const SUPER: Id = { scheme: "super", id: "" };

const QUOTA_OF_A = "/zookeeper/quota/a/zookeeper";

/** Few paths, so that operations meet; some have children of their own, some are malformed. */
const anyPath = weighted<string>([
  [20, ["/a", "/b", "/a/b", "/a/b/c", "/a/c", "/b/d", "/a/b/c/d", "/a/b/c/d/e"]],
  [4, ["/a/s-0000000000", "/a/s-0000000001", "/b/0000000000", "/a/s-0000000002/x"]],
  [2, ["/", "/zookeeper", "/zookeeper/config", "/zookeeper/quota", "/zookeeper/x"]],
  [1, ["/a/", "", "x", "/a//b", "/a/./b", "/a\0", "x/y", "/b/\ue000/z"]],
  [3, [`${QUOTA_OF_A}_limits`, `${QUOTA_OF_A}_limits`, `${QUOTA_OF_A}_stats`]],
]);
const sequentialPath = fc.constantFrom("/a/s-", "/a/", "/b/", "/b/d/s-", "/s-", "/a/b/.", "s-");

const anyPassword = fc.constantFrom("0123456789abcdef", "\xff\xfe\0\x01............");

const anyData: fc.Arbitrary<ZnodeData> = fc.constantFrom(
  ...[null, "", "x", "some data", "\xff\0\x80", "count=3,bytes=20"],
  "count=-1,bytes=-1=;byteHardLimit=12;countHardLimit=3",
);

const anyAcl: fc.Arbitrary<readonly Acl[]> = weighted<readonly Acl[]>([
  [8, [OPEN_ACL_UNSAFE]],
  [2, [[{ perms: 31, id: { scheme: "auth", id: "" } }]]],
  [3, [[{ perms: 1, id: { scheme: "world", id: "anyone" } }]]],
  [
    2,
    [
      [
        { perms: 15, id: BOB },
        { perms: 17, id: ANN },
        { perms: 15, id: BOB },
      ],
    ],
  ],
  [1, [[{ perms: 22, id: { scheme: "ip", id: "10.0.0.0/8" } }]]],
  [1, [[], [{ perms: 31, id: { scheme: "world", id: "bob" } }]]],
]);

const anyCredentials = weighted<readonly Id[]>([
  [3, [[BOB], [BOB, ADDRESS]]],
  [1, [[], [ANN], [ADDRESS], [ANN, BOB]]],
  [3, [[SUPER]]],
]);

const anyVersion = weighted([
  [4, [-1]],
  [3, [0, 1]],
  [1, [2, 7]],
]);

const anyFlag = weighted([
  [4, [false]],
  [1, [true]],
]);

const anyCreate: fc.Arbitrary<CreateOperation> = record({
  mode: fc.constantFrom(0, 0, 0, 0, 1, 1, 4, 4, 5),
  isSequential: fc.boolean(),
  path: anyPath,
  sequentialPath,
  data: anyData,
  acl: anyAcl,
  ttlMs: fc.constantFrom(1, 1000, 60_000, 0),
  hasTtl: weighted([
    [9, [true]],
    [1, [false]],
  ]),
  ifNotExists: anyFlag,
  createParents: anyFlag,
}).map((plan) => {
  const mode = withSequence(plan.mode, plan.isSequential);
  const isTtl = mode === 5 || mode === 6;
  return {
    type: "create",
    path: plan.isSequential ? plan.sequentialPath : plan.path,
    data: plan.data,
    acl: plan.acl,
    mode,
    ...(mode === 4 && plan.isSequential && { sequential: true }),
    ...(isTtl === plan.hasTtl && { ttlMs: plan.ttlMs }),
    ...(plan.ifNotExists && { ifNotExists: true }),
    ...(plan.createParents && { createParents: true }),
  };
});

const anyItem: fc.Arbitrary<MultiOperationItem> = fc.oneof(
  { weight: 8, arbitrary: anyCreate },
  {
    weight: 4,
    arbitrary: record({ path: anyPath, version: anyVersion, recursive: anyFlag }).map(
      ({ path, version, recursive }) => ({
        type: "delete" as const,
        path,
        version,
        ...(recursive && { recursive }),
      }),
    ),
  },
  {
    weight: 4,
    arbitrary: record({
      type: fc.constant("setData" as const),
      path: anyPath,
      data: anyData,
      version: anyVersion,
    }),
  },
  {
    weight: 2,
    arbitrary: record({
      type: fc.constant("setAcl" as const),
      path: anyPath,
      acl: anyAcl,
      version: anyVersion,
    }),
  },
  {
    weight: 2,
    arbitrary: record({
      type: fc.constant("check" as const),
      path: anyPath,
      version: anyVersion,
    }),
  },
  {
    weight: 2,
    arbitrary: record({
      type: fc.constantFrom("get" as const, "children" as const),
      path: anyPath,
    }),
  },
);

const anyComparison = record(
  { eq: anyVersion, ne: anyVersion, lt: anyVersion, gt: anyVersion },
  [],
);

const anyCondition: fc.Arbitrary<Condition> = record(
  {
    path: anyPath,
    exists: fc.boolean(),
    version: anyComparison,
    numChildren: anyComparison,
    data: anyData,
  },
  ["path"],
);

const anyItems = fc.array(anyItem, { maxLength: 5 });

/** Written operations only: a get or children by itself is no request. */
const anySingle = anyItem.filter(({ type }) => type !== "get" && type !== "children");

const anyOperation: fc.Arbitrary<OperationPlan> = fc.oneof(
  {
    weight: 12,
    arbitrary: anySingle as fc.Arbitrary<Exclude<MultiOperationItem, { type: "get" | "children" }>>,
  },
  {
    weight: 4,
    arbitrary: record({ type: fc.constant("multi" as const), operations: anyItems }),
  },
  {
    weight: 2,
    arbitrary: record({
      type: fc.constant("conditional" as const),
      conditions: fc.array(anyCondition, { maxLength: 2 }),
      // biome-ignore lint/suspicious/noThenProperty: the contract's word for the branch.
      then: anyItems,
      else: anyItems,
    }),
  },
  {
    weight: 3,
    arbitrary: record(
      {
        type: fc.constant("createSession" as const),
        timeoutMs: fc.constantFrom(4000, 10_000),
        password: anyPassword,
        owned: fc.constant(true),
      },
      ["type", "timeoutMs", "password"],
    ),
  },
  {
    weight: 2,
    arbitrary: record({
      type: fc.constant("attachSlot" as const),
      slot: fc.nat({ max: 4 }),
      password: anyPassword,
    }),
  },
  {
    weight: 1,
    arbitrary: record({ type: fc.constant("closeSlot" as const), slot: fc.nat({ max: 4 }) }),
  },
  {
    weight: 1,
    arbitrary: record({ type: fc.constant("deleteContainer" as const), path: anyPath }),
  },
  { weight: 1, arbitrary: record({ type: fc.constant("noop" as const) }) },
);

export const anyPlan: fc.Arbitrary<RequestPlan> = record({
  slot: weighted([
    [8, [0]],
    [8, [1, 2]],
    [1, [3, 9]],
  ]),
  gateway: fc.constantFrom(0, 1, 1, 2),
  credentials: anyCredentials,
  operation: anyOperation,
  key: weighted<RequestPlan["key"]>([
    [9, [undefined]],
    [
      3,
      [
        { key: "k1", fingerprint: "f" },
        { key: "k2", fingerprint: "f" },
        { key: "k3", fingerprint: "f" },
        { key: "k1", fingerprint: "g" },
      ],
    ],
  ]),
  elapsedMs: fc.constantFrom(0, 0, 0, 1, 700, 2500),
});

/** Sessions and nodes of several kinds, so that what follows meets something. */
export const PRELUDE: readonly RequestPlan[] = [
  planOf({ type: "createSession", timeoutMs: 4000, password: "0123456789abcdef" }),
  planOf({ type: "createSession", timeoutMs: 9000, password: "fedcba9876543210" }),
  ...["/a", "/b", "/a/b", "/zookeeper/quota/a", `${QUOTA_OF_A}_stats`].map((path) =>
    planOf(newNode(path, path)),
  ),
  planOf(newNode(`${QUOTA_OF_A}_limits`, "count=1,bytes=1=;byteHardLimit=25;countHardLimit=7")),
  planOf({ ...newNode("/b/d", null), mode: 4 }),
  planOf(newNode("/b/d/s-", null)),
  planOf({ type: "delete", path: "/b/d/s-", version: 0 }),
  { ...planOf({ ...newNode("/a/b/c", null), mode: 1 }), slot: 1 },
];

function newNode(path: string, data: ZnodeData): CreateOperation {
  return { type: "create", path, data, acl: OPEN_ACL_UNSAFE, mode: 0 };
}

function planOf(operation: OperationPlan): RequestPlan {
  return { slot: 0, gateway: 1, credentials: [], operation, key: undefined, elapsedMs: 0 };
}

function withSequence(mode: number, isSequential: boolean): CreateOperation["mode"] {
  const sequential = { 0: 2, 1: 3, 5: 6, 4: 4 } as const;
  const plain = { 0: 0, 1: 1, 5: 5, 4: 4 } as const;
  const known = mode === 0 || mode === 1 || mode === 5 ? mode : 4;
  return isSequential ? sequential[known] : plain[known];
}

function weighted<T>(choices: readonly (readonly [number, readonly T[]])[]): fc.Arbitrary<T> {
  return fc.oneof(
    ...choices.map(([weight, values]) => ({ weight, arbitrary: fc.constantFrom(...values) })),
  );
}

/** Plain objects, as the codec makes them. */
function record<T, K extends keyof T = keyof T>(
  model: { [Key in keyof T]: fc.Arbitrary<T[Key]> },
  requiredKeys?: K[],
) {
  const plain = { noNullPrototype: true };
  return fc.record<T, K>(model, requiredKeys === undefined ? plain : { ...plain, requiredKeys });
}
