import { InvalidSubject } from "./errors.ts";

/** Does the subject belong to the filter? As in NATS: `*` is one token, a last `>` is one or more. */
export function subjectMatches(filter: string, subject: string): boolean {
  const wanted = filter.split(".");
  const given = subject.split(".");
  for (const [at, token] of wanted.entries()) {
    if (token === ">") return given.length > at;
    if (at >= given.length) return false;
    if (token !== "*" && token !== given[at]) return false;
  }
  return wanted.length === given.length;
}

export function hasWildcard(filter: string): boolean {
  return filter.split(".").some((token) => token === "*" || token === ">");
}

/** @throws InvalidSubject */
export function requirePublishable(subject: string): void {
  if (!isWellFormed(subject) || hasWildcard(subject)) {
    throw new InvalidSubject(
      `"${subject}" is no subject to publish to: it needs tokens without spaces and wildcards, joined by dots.`,
    );
  }
}

/** @throws InvalidSubject */
export function requireSubscribable(filter: string): void {
  const rest = filter.indexOf(">");
  const restIsLast = rest === -1 || (rest === filter.length - 1 && /(^|\.)>$/.test(filter));
  if (!isWellFormed(filter) || !restIsLast) {
    throw new InvalidSubject(
      `"${filter}" is no subject to subscribe to: tokens joined by dots, "*" for one of them, ">" only at the end.`,
    );
  }
}

function isWellFormed(subject: string): boolean {
  return subject.split(".").every((token) => token !== "" && !/\s/.test(token));
}
