import { badRequest } from "./errors/problem.ts";
import { INT32_MAX, INT32_MIN } from "./schemas/common.ts";

/** What If-Match asks of a write: nothing, any version of an existing znode, or this one. */
export type Expected = number | "any" | undefined;

/** The validator of a znode's data: its version. It starts again at 0 when a znode is made anew. */
export function etagOf(version: number): string {
  return `"${version}"`;
}

/**
 * If-Match and ?version= say the same; both may be given if they agree.
 * @throws HttpProblem 400
 */
export function expectedVersion(
  ifMatch: string | undefined,
  version: number | undefined,
): Expected {
  const matched = parseIfMatch(ifMatch);
  const asked = version === -1 ? undefined : version;
  if (matched === undefined) return asked;
  if (asked !== undefined && matched !== asked) {
    throw badRequest(
      `If-Match asks for ${ifMatch} and version for ${asked}: give one of them.`,
      "version",
    );
  }
  return matched;
}

function parseIfMatch(header: string | undefined): Expected {
  if (header === undefined) return undefined;
  if (header.trim() === "*") return "any";
  const version = versionOfTag(header.trim());
  if (version === undefined) {
    throw badRequest(`If-Match must be * or one version such as "3", not ${header}.`, "If-Match");
  }
  return version;
}

/** A version, in quotes as ETag has it or without. */
function versionOfTag(tag: string): number | undefined {
  const digits = /^(?:"(-?\d{1,10})"|(-?\d{1,10}))$/.exec(tag);
  if (digits === null) return undefined;
  const version = Number(digits[1] ?? digits[2]);
  return version >= INT32_MIN && version <= INT32_MAX ? version : undefined;
}

/** Whether a GET may be answered 304: the client's copy is of this version. Weak tags count too. */
export function isNotModified(ifNoneMatch: string | undefined, version: number): boolean {
  if (ifNoneMatch === undefined) return false;
  if (ifNoneMatch.trim() === "*") return true;
  return ifNoneMatch
    .split(",")
    .some((tag) => versionOfTag(tag.trim().replace(/^W\//, "")) === version);
}

/**
 * If-None-Match of a write can only be `*`: the znode must not exist.
 * @throws HttpProblem 400
 */
export function mustNotExist(ifNoneMatch: string | undefined): boolean {
  if (ifNoneMatch === undefined) return false;
  if (ifNoneMatch.trim() === "*") return true;
  throw badRequest("If-None-Match of a write can only be *.", "If-None-Match");
}
