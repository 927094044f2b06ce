import { hash } from "node:crypto";
import type { Id, IdempotencyKey, Operation } from "@meerkat/tree";
import { badRequest } from "./errors/problem.ts";

/** 1 to 255 printable ASCII characters. */
const KEY = /^[\x20-\x7e]{1,255}$/;

/**
 * The request's Idempotency-Key with a fingerprint of what is asked and who asks. The operation
 * is hashed as it was understood, so that the order of fields and white space in the body do not
 * count; the digest credentials, so that nobody gets another's answer by his key.
 * @throws HttpProblem 400
 */
export function idempotencyKey(
  header: string | string[] | undefined,
  operation: Operation,
  credentials: readonly Id[],
): IdempotencyKey | undefined {
  if (header === undefined) return undefined;
  if (typeof header !== "string" || !KEY.test(header)) {
    throw badRequest(
      "Idempotency-Key must be 1 to 255 printable ASCII characters.",
      "Idempotency-Key",
    );
  }
  const who = credentials.filter(({ scheme }) => scheme === "digest");
  const content = JSON.stringify([operation, who]);
  return { key: header, fingerprint: hash("sha256", content, "base64url") };
}
