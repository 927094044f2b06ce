import { timingSafeEqual } from "node:crypto";
import type { SessionId } from "@meerkat/tree";
import { formatHex, parseHexOrDecimal } from "./convert/zxid-text.ts";

/** What a client sends as Meerkat-Session: `<id in hex>.<password in base64url>`. */
export interface SessionToken {
  readonly id: SessionId;
  /** 16 bytes, one character each. */
  readonly password: string;
}

export const PASSWORD_BYTES = 16;

export function formatSessionToken({ id, password }: SessionToken): string {
  return `${formatHex(id)}.${Buffer.from(password, "latin1").toString("base64url")}`;
}

/** Undefined for what is no token at all. */
export function parseSessionToken(text: string): SessionToken | undefined {
  const parts = /^(0x[0-9a-f]{1,14})\.([A-Za-z0-9_-]{22})$/.exec(text);
  if (parts === null) return undefined;
  const [, hex = "", encoded = ""] = parts;
  const id = parseHexOrDecimal(hex);
  if (id === undefined || id === 0) return undefined;
  return { id, password: Buffer.from(encoded, "base64url").toString("latin1") };
}

/** Takes the same time wherever the passwords differ. */
export function isSamePassword(a: string, b: string): boolean {
  const left = Buffer.from(a, "latin1");
  const right = Buffer.from(b, "latin1");
  return left.length === right.length && timingSafeEqual(left, right);
}
