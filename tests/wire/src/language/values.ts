import type { Token } from "./tokens.ts";

/**
 * Bytes of a word: `null`, `0x00ff`, `/x*1000` with its last character so many times, anything else
 * and everything in quotes as it stands.
 */
export function bytesOf({ latin1, quoted }: Pick<Token, "latin1" | "quoted">): Uint8Array | null {
  if (quoted) return Buffer.from(latin1, "latin1");
  if (latin1 === "null") return null;
  const hex = /^0x((?:[0-9a-f]{2})*)$/.exec(latin1)?.[1];
  if (hex !== undefined) return Buffer.from(hex, "hex");
  const [, start = "", unit, times] = /^(.*)(.)\*(\d+)$/.exec(latin1) ?? [];
  if (unit !== undefined) return Buffer.from(start + unit.repeat(Number(times)), "latin1");
  return Buffer.from(latin1, "latin1");
}

/** `a,b` as a vector of strings; `null` is a null vector, nothing an empty one. */
export function listOf(token: Token): readonly Uint8Array[] | null {
  if (!token.quoted && token.latin1 === "null") return null;
  if (token.latin1 === "") return [];
  return token.latin1.split(",").map((element) => Buffer.from(element, "latin1"));
}

/** @throws SyntaxError */
export function integerOf({ latin1 }: Token): number {
  const value = Number(latin1);
  if (latin1 === "" || !Number.isInteger(value)) throw new SyntaxError(`no integer: ${latin1}`);
  return value;
}

/** Decimal, or hexadecimal after 0x. @throws SyntaxError */
export function longOf({ latin1 }: Token): bigint {
  if (!/^(-?\d+|0x[0-9a-f]+)$/.test(latin1)) throw new SyntaxError(`no long: ${latin1}`);
  return BigInt(latin1);
}
