import { bool, integer } from "./config.ts";

/** What the tree allows and refuses: the same on every replica and gateway of an ensemble. */
export const TREE_SPECS = {
  MEERKAT_SKIP_ACL: bool({
    default: false,
    desc: "No ACL is checked (skipACL); the same on all replicas and gateways",
  }),
  MEERKAT_X509_ACLS: bool({
    default: false,
    desc: "ACLs may name subjects of TLS client certificates (authProvider.x509); the same on all",
  }),
  MEERKAT_ENFORCE_QUOTA: bool({
    default: false,
    desc: "Hard quotas refuse what goes beyond them (enforceQuota); the same on all",
  }),
  MEERKAT_TTL_NODES: bool({
    default: true,
    desc: "Nodes with a TTL may be created (extendedTypesEnabled); the same on all",
  }),
  MEERKAT_UNUSED_CONTAINER_MS: integer({
    default: 0,
    min: 0,
    max: Number.MAX_SAFE_INTEGER,
    desc:
      "A container that never had a child goes after so long (maxNeverUsedIntervalMs), " +
      "0: never; the same on all",
  }),
};

interface TreeConfig {
  readonly MEERKAT_SERVERS: readonly number[];
  readonly MEERKAT_SKIP_ACL: boolean;
  readonly MEERKAT_X509_ACLS: boolean;
  readonly MEERKAT_ENFORCE_QUOTA: boolean;
  readonly MEERKAT_TTL_NODES: boolean;
  readonly MEERKAT_UNUSED_CONTAINER_MS: number;
}

/** The same as the tree's options have it; `acl` makes its policy. */
export interface TreeSettings {
  readonly acl: { readonly skipAcl: boolean; readonly x509: boolean };
  readonly ttlEnabled: boolean;
  readonly enforceQuota: boolean;
  readonly unusedContainerMsMax: number;
  readonly configText: string;
}

export function treeSettings(config: TreeConfig): TreeSettings {
  return {
    acl: { skipAcl: config.MEERKAT_SKIP_ACL, x509: config.MEERKAT_X509_ACLS },
    ttlEnabled: config.MEERKAT_TTL_NODES,
    enforceQuota: config.MEERKAT_ENFORCE_QUOTA,
    unusedContainerMsMax: config.MEERKAT_UNUSED_CONTAINER_MS,
    configText: configTextOf(config.MEERKAT_SERVERS),
  };
}

/**
 * What /zookeeper/config shows: the members in the form that clients parse. Replicas are reached
 * over NATS and have no address: 0.0.0.0 says so, and nobody asks a name server for it. Without the
 * part for clients behind a `;`, those keep the addresses they were given.
 */
function configTextOf(servers: readonly number[]): string {
  const lines = servers.map((id) => `server.${id}=0.0.0.0:2888:3888:participant\n`);
  return `${lines.join("")}version=0`;
}
