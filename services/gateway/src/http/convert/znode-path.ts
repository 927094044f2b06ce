import { badRequest } from "../errors/problem.ts";

/** Visible ASCII: what a request target may consist of. */
const VISIBLE = /^[\x21-\x7e]*$/;

/**
 * The znode's path in a URL of the form `/v1/<room>/<path>`: everything from the third slash to
 * the query, percent-decoded. It is read from the URL as it came, since a router cannot tell the
 * slash between two names from an encoded one inside a name.
 * @throws HttpProblem 400
 */
export function znodePathOfUrl(url: string): string {
  const end = endOfPath(url);
  const start = url.indexOf("/", url.indexOf("/", startOfPath(url) + 1) + 1);
  if (start < 0 || start >= end) return "/";
  const raw = url.slice(start, end);
  if (!VISIBLE.test(raw)) {
    throw badRequest("The path in the URL has bytes that must be percent-encoded (UTF-8).", "path");
  }
  return raw.includes("%") ? decode(raw) : raw;
}

/** Proxies may send the absolute form, `http://host/v1/…`. */
function startOfPath(url: string): number {
  return url.startsWith("/") ? 0 : url.indexOf("/", url.indexOf("//") + 2);
}

function endOfPath(url: string): number {
  const query = url.indexOf("?");
  const fragment = url.indexOf("#");
  if (query < 0) return fragment < 0 ? url.length : fragment;
  return fragment < 0 ? query : Math.min(query, fragment);
}

function decode(raw: string): string {
  if (/%2f/i.test(raw)) {
    throw badRequest(
      "The path in the URL contains %2F, but a znode's name cannot contain a slash. " +
        "Write the slashes between names as they are: /v1/znodes/app/config.",
      "path",
    );
  }
  try {
    return decodeURIComponent(raw);
  } catch {
    throw badRequest("The path in the URL is not percent-encoded UTF-8.", "path");
  }
}

/** The URL of a znode, for Location. */
export function urlOfZnode(path: string): string {
  return `/v1/znodes${path.split("/").map(encodeURIComponent).join("/")}`;
}
