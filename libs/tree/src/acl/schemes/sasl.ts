import type { Scheme } from "./scheme.ts";

/** Ids and credentials are authorization ids, usually Kerberos principals: `service/host@REALM`. */
export const sasl: Scheme = {
  name: "sasl",
  authenticates: true,
  // As Kerberos reads names: without an `@` anything is a service's name.
  accepts: (id) => !id.includes("@") || /^[^/@]*(\/[^/@]*)?@[^/@]*$/.test(id),
  matches: (credential, id) => credential === "super" || credential === id,
};
