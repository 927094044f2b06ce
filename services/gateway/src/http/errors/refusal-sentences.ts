import { isBuiltIn, type ResultName } from "@meerkat/tree";

/** What was asked of the znode; `request` where no single znode is to blame. */
export type Deed =
  | "create"
  | "delete"
  | "setData"
  | "setAcl"
  | "check"
  | "get"
  | "getAcl"
  | "children"
  | "session"
  | "request";

/** Which permission the deed needs, and on which znode. */
function permissionFor(deed: Deed, path: string): string {
  switch (deed) {
    case "create":
      return `CREATE on the parent of ${path}`;
    case "delete":
      return `DELETE on the parent of ${path}`;
    case "setData":
      return `WRITE on ${path}`;
    case "setAcl":
      return `ADMIN on ${path}`;
    case "getAcl":
      return `READ or ADMIN on ${path}`;
    default:
      return `READ on ${path}`;
  }
}

type Sentence = (path: string, deed: Deed, badPath: string | undefined) => string;

const SENTENCES: Readonly<Record<ResultName, Sentence>> = {
  OK: () => "Nothing is wrong.",
  RUNTIMEINCONSISTENCY: () => "Another operation of the transaction was refused.",
  MARSHALLINGERROR: () => "The request could not be read.",
  UNIMPLEMENTED: () => "The service does not do this.",
  BADARGUMENTS: (path, deed, badPath) => badArguments(path, deed, badPath),
  NONODE: (path, deed) =>
    deed === "create"
      ? `The parent of ${path} does not exist. Create it first, or ask for missing parents too.`
      : `There is no znode ${path}.`,
  NOAUTH: (path, deed) =>
    `This needs ${permissionFor(deed, path)}, and the ACL does not give that to the credentials ` +
    "of the request. Send Authorization: Basic with a user whom the ACL names.",
  BADVERSION: (path) =>
    `${path} is not at the expected version: it was changed. Read it again and decide anew.`,
  NOCHILDRENFOREPHEMERALS: (path) =>
    `The parent of ${path} is ephemeral, and ephemeral znodes have no children.`,
  NODEEXISTS: (path) =>
    `${path} exists already. Set its data instead, or create it only if it does not exist.`,
  NOTEMPTY: (path) => `${path} has children. Delete them first, or delete recursively.`,
  SESSIONEXPIRED: () =>
    "The session expired or was closed, and its ephemeral znodes are gone. " +
    "Create a new one with POST /v1/sessions.",
  INVALIDACL: (path) =>
    `The ACL for ${path} is not valid: every entry needs a scheme (world, auth, digest, ip) and ` +
    "an id as that scheme has it, and auth needs Authorization: Basic.",
  AUTHFAILED: () => "The credentials are not accepted. Send Authorization: Basic.",
  SESSIONMOVED: () => "The session is used at another gateway now. Go on there.",
  NOWATCHER: (path) => `There is no watch on ${path}.`,
  RECONFIGDISABLED: () => "The ensemble cannot be reconfigured.",
  QUOTAEXCEEDED: (path) =>
    `The quota of a znode above ${path} does not allow this. Delete something, or raise the quota.`,
};

/** What happened, to what, and what to do. `badPath` is what is wrong with the path, if anything. */
export function explainRefusal(
  name: ResultName,
  deed: Deed,
  path: string,
  badPath: string | undefined,
): string {
  return SENTENCES[name](path, deed, badPath);
}

function badArguments(path: string, deed: Deed, badPath: string | undefined): string {
  if (deed === "request") {
    return "The Idempotency-Key was used before for another request. Use a new key.";
  }
  if (badPath !== undefined) return `${JSON.stringify(path)} names no znode: ${badPath}.`;
  if (deed === "delete" && isBuiltIn(path)) return `${path} is built in and cannot be deleted.`;
  return (
    `The arguments for ${path} do not go together, or the transaction would change or read more ` +
    "than one may: do it in parts."
  );
}
