import type { Scheme } from "./scheme.ts";

/** Ids and credentials are distinguished names of certificates: `CN=app,OU=ops,O=Example`. */
export const x509: Scheme = {
  name: "x509",
  authenticates: true,
  accepts: (id) => id === "" || DISTINGUISHED_NAME.test(id),
  matches: (credential, id) => credential === id,
};

/** A keyword or an object identifier, as RFC 2253 has them. */
const ATTRIBUTE = String.raw`\s*(?:[A-Za-z][A-Za-z0-9-]*|(?:OID\.)?\d+(?:\.\d+)*)\s*`;
/** In quotes, or plain with the special characters escaped. Never ambiguous, so matching is linear. */
const VALUE = String.raw`(?:\s*"(?:[^"\\]|\\.)*"\s*|(?:[^,;+"\\<>]|\\.)*)`;
const PAIR = `${ATTRIBUTE}=${VALUE}`;
const DISTINGUISHED_NAME = new RegExp(`^${PAIR}(?:[,;+]${PAIR})*$`);
