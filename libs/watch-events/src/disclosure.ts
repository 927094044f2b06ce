import { isAtOrBelow, isValidPath } from "@meerkat/tree";

/**
 * What subscribers on NATS are told of a znode's changes. Whoever may subscribe sees the events of all
 * znodes, whatever their ACLs say, so this is decided before they are published:
 *
 *   none      no event at all
 *   path      type and path only
 *   readable  everything of a znode that everybody may read (world:anyone), of others type and path
 *   all       everything, whatever the ACL
 */
export type Disclosure = "none" | "path" | "readable" | "all";

/**
 * Header of a message that tells everything of a znode which not everybody may read (`all`). Whoever passes
 * it on has to ask who may.
 */
export const RESTRICTED_HEADER = "Meerkat-Restricted";

/** For a znode and everything below it; of several rules the one with the longest path holds. */
export interface DisclosureRule {
  readonly path: string;
  readonly disclosure: Disclosure;
}

/** A rule that cannot be read; the message says which and why. */
export class InvalidDisclosure extends Error {
  override readonly name = "InvalidDisclosure";
}

const DISCLOSURES: ReadonlySet<string> = new Set(["none", "path", "readable", "all"]);

/**
 * Reads `/=readable,/secrets=path,/locks=none`.
 * @throws InvalidDisclosure
 */
export function parseDisclosureRules(text: string): readonly DisclosureRule[] {
  const parts = text.split(",").map((part) => part.trim());
  return parts.filter((part) => part !== "").map(parseRule);
}

function parseRule(text: string): DisclosureRule {
  const at = text.lastIndexOf("=");
  const path = text.slice(0, Math.max(at, 0));
  const disclosure = text.slice(at + 1);
  if (at < 0 || !isValidPath(path) || !isDisclosure(disclosure)) {
    throw new InvalidDisclosure(
      `"${text}" is no rule: write the path of a znode, "=" and one of ${[...DISCLOSURES].join(", ")}`,
    );
  }
  return { path, disclosure };
}

function isDisclosure(text: string): text is Disclosure {
  return DISCLOSURES.has(text);
}

/** The rules in force; without one that fits it is `readable`. */
export class DisclosurePolicy {
  readonly #longestFirst: readonly DisclosureRule[];

  constructor(rules: readonly DisclosureRule[] = []) {
    this.#longestFirst = rules.toSorted((a, b) => b.path.length - a.path.length);
  }

  disclosureOf(path: string): Disclosure {
    for (const rule of this.#longestFirst) {
      if (isAtOrBelow(path, rule.path)) return rule.disclosure;
    }
    return "readable";
  }
}
