import { type Static, Type } from "typebox";
import { CLOSED, Consistency, INT32_MAX, INT32_MIN, ZnodePath } from "./common.ts";
import { STAT_EXAMPLE, StatBody } from "./stat.ts";

export const AclEntry = Type.Object(
  {
    scheme: Type.String({
      description: "world, auth, digest or ip.",
      examples: ["world"],
    }),
    id: Type.String({ description: "The id within the scheme.", examples: ["anyone"] }),
    perms: Type.Union(
      [Type.String({ pattern: "^[cdrwa]*$" }), Type.Integer({ minimum: 0, maximum: 31 })],
      {
        description:
          "Letters as zkCli writes them: c create, d delete, r read, w write, a admin; or " +
          "ZooKeeper's bits: read 1, write 2, create 4, delete 8, admin 16.",
        examples: ["cdrwa"],
      },
    ),
  },
  { ...CLOSED, examples: [{ scheme: "world", id: "anyone", perms: "cdrwa" }] },
);
export type AclEntry = Static<typeof AclEntry>;

/** At most this many entries: every check of a permission walks them. */
const ACL_ENTRIES_MAX = 128;

export const AclList = Type.Array(AclEntry, {
  minItems: 1,
  maxItems: ACL_ENTRIES_MAX,
  description: "Who may do what. Without it everybody may do everything.",
});

/** As the service answers: letters only. */
const AclEntryAnswer = Type.Object({
  scheme: Type.String(),
  id: Type.String(),
  perms: Type.String(),
});

export const SetAclBody = Type.Object(
  { acl: AclList },
  {
    ...CLOSED,
    examples: [{ acl: [{ scheme: "world", id: "anyone", perms: "r" }] }],
  },
);
export type SetAclBody = Static<typeof SetAclBody>;

const ACL_EXAMPLE = [{ scheme: "world", id: "anyone", perms: "cdrwa" }];

export const AclAnswer = Type.Object(
  { path: ZnodePath, acl: Type.Array(AclEntryAnswer), stat: StatBody },
  { examples: [{ path: "/app/config", acl: ACL_EXAMPLE, stat: STAT_EXAMPLE }] },
);

export const AclQuery = Type.Object({ consistency: Consistency }, CLOSED);
export type AclQuery = Static<typeof AclQuery>;

export const SetAclQuery = Type.Object(
  {
    version: Type.Optional(
      Type.Integer({
        minimum: INT32_MIN,
        maximum: INT32_MAX,
        description: "The aversion that the stat must have; -1 matches any.",
        examples: [0],
      }),
    ),
  },
  CLOSED,
);
export type SetAclQuery = Static<typeof SetAclQuery>;
