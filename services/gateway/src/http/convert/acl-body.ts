import { type Acl, OPEN_ACL_UNSAFE, Perms } from "@meerkat/tree";
import type { AclEntry } from "../schemas/acl.ts";

/** zkCli's letters, in its order. */
const LETTERS: readonly (readonly [letter: string, bit: number])[] = [
  ["c", Perms.CREATE],
  ["d", Perms.DELETE],
  ["r", Perms.READ],
  ["w", Perms.WRITE],
  ["a", Perms.ADMIN],
];

export function aclOfBody(entries: readonly AclEntry[] | undefined): readonly Acl[] {
  if (entries === undefined) return OPEN_ACL_UNSAFE;
  return entries.map(({ scheme, id, perms }) => ({
    perms: typeof perms === "number" ? perms : permsOfLetters(perms),
    id: { scheme, id },
  }));
}

export function aclBody(acl: readonly Acl[]): { scheme: string; id: string; perms: string }[] {
  return acl.map(({ perms, id }) => ({
    scheme: id.scheme,
    id: id.id,
    perms: lettersOfPerms(perms),
  }));
}

function permsOfLetters(letters: string): number {
  let perms = 0;
  for (const [letter, bit] of LETTERS) if (letters.includes(letter)) perms |= bit;
  return perms;
}

function lettersOfPerms(perms: number): string {
  let letters = "";
  for (const [letter, bit] of LETTERS) if ((perms & bit) !== 0) letters += letter;
  return letters;
}
