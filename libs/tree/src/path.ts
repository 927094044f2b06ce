/**
 * The syntax of znode paths, ZooKeeper's to the character (PathUtils.validatePath): `/`, or
 * components behind slashes, none of them empty, `.` or `..`, without control characters,
 * surrogates, private-use characters and U+FFF0 to U+FFFF. Spaces are legal.
 */

const SLASH = 0x2f;
const DOT = 0x2e;

const BUILT_IN_PATHS: ReadonlySet<string> = new Set([
  "/",
  "/zookeeper",
  "/zookeeper/quota",
  "/zookeeper/config",
]);

/** One pass over the characters; `pathProblem` is the same in words. */
export function isValidPath(path: string): boolean {
  const length = path.length;
  if (path.charCodeAt(0) !== SLASH) return false;
  if (length === 1) return true;
  if (path.charCodeAt(length - 1) === SLASH) return false;
  let start = 1;
  for (let i = 1; i <= length; i += 1) {
    const code = i < length ? path.charCodeAt(i) : SLASH;
    if (code === SLASH) {
      if (isRefusedName(path, start, i)) return false;
      start = i + 1;
    } else if ((code < 0x20 || code > 0x7e) && isRefusedCharacter(code)) {
      return false;
    }
  }
  return true;
}

/** Says in a sentence why the path is not valid; undefined for a valid one. */
export function pathProblem(path: string): string | undefined {
  if (path === "") return "the path is empty";
  if (!path.startsWith("/")) return "the path does not start with /";
  if (path === "/") return undefined;
  if (path.endsWith("/")) return "the path ends with /";
  for (const name of path.slice(1).split("/")) {
    if (name === "") return "the path has an empty component";
    if (name === "." || name === "..") return `the path has the relative component ${name}`;
  }
  for (let i = 0; i < path.length; i += 1) {
    const code = path.charCodeAt(i);
    if (!isRefusedCharacter(code)) continue;
    const hex = code.toString(16).toUpperCase().padStart(4, "0");
    return `the path has the character U+${hex} at index ${i}, which paths may not contain`;
  }
  return undefined;
}

/**
 * The first check of create and delete, before the parent is looked up: something before the last
 * slash to look up, and no NUL. The whole syntax is checked after the sequence number is added.
 */
export function hasParentPath(path: string): boolean {
  return path.includes("/") && !path.includes("\0");
}

/** What stands before the last slash; `/` for children of the root and for the root itself. */
export function parentOf(path: string): string {
  const at = path.lastIndexOf("/");
  return at <= 0 ? "/" : path.slice(0, at);
}

export function nameOf(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}

export function childPath(parent: string, name: string): string {
  return parent === "/" ? `/${name}` : `${parent}/${name}`;
}

/** True for the path itself and for everything below it. */
export function isAtOrBelow(path: string, ancestor: string): boolean {
  if (ancestor === "/") return path.startsWith("/");
  if (!path.startsWith(ancestor)) return false;
  return path.length === ancestor.length || path.charCodeAt(ancestor.length) === SLASH;
}

/** The nodes without a creating transaction; none of them can be deleted. */
export function isBuiltIn(path: string): boolean {
  return BUILT_IN_PATHS.has(path);
}

/** Java's `%010d`: the sign counts in the width, so -5 gives `-000000005`. */
export function formatSequence(counter: number): string {
  return counter < 0 ? `-${String(-counter).padStart(9, "0")}` : String(counter).padStart(10, "0");
}

function isRefusedName(path: string, start: number, end: number): boolean {
  const length = end - start;
  if (length === 0) return true;
  if (length > 2 || path.charCodeAt(start) !== DOT) return false;
  return length === 1 || path.charCodeAt(start + 1) === DOT;
}

function isRefusedCharacter(code: number): boolean {
  return (
    code <= 0x1f ||
    (code >= 0x7f && code <= 0x9f) ||
    (code >= 0xd800 && code <= 0xf8ff) ||
    code >= 0xfff0
  );
}
