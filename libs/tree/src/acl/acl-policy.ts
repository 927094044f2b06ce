import { digest } from "./schemes/digest.ts";
import { ip } from "./schemes/ip.ts";
import { sasl } from "./schemes/sasl.ts";
import type { Scheme } from "./schemes/scheme.ts";
import { x509 } from "./schemes/x509.ts";

/** What an ensemble makes of ACLs. The leader and every gateway must be given the same one. */
export interface AclPolicy {
  /** ZooKeeper's skipACL: no check is made. Lists in requests must be well-formed all the same. */
  readonly skipAcl: boolean;
  readonly schemes: ReadonlyMap<string, Scheme>;
}

export interface AclPolicyOptions {
  readonly skipAcl?: boolean;
  /** Only where the door can authenticate clients in this way. */
  readonly x509?: boolean;
  readonly sasl?: boolean;
}

export function makeAclPolicy(options: AclPolicyOptions = {}): AclPolicy {
  const schemes = [ip, digest];
  if (options.x509 === true) schemes.push(x509);
  if (options.sasl === true) schemes.push(sasl);
  return {
    skipAcl: options.skipAcl ?? false,
    schemes: new Map(schemes.map((scheme) => [scheme.name, scheme])),
  };
}

export const DEFAULT_ACL_POLICY: AclPolicy = makeAclPolicy();
