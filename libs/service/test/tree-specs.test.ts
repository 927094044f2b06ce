import { expect, it } from "vitest";
import { integerList, readConfig, TREE_SPECS, treeSettings } from "../src/index.ts";

const specs = {
  ...TREE_SPECS,
  MEERKAT_SERVERS: integerList({ min: 1, max: 254, desc: "All voters" }),
};

function settingsFrom(environment: Readonly<Record<string, string>>) {
  return treeSettings(readConfig(specs, { MEERKAT_SERVERS: "1,2,3", ...environment }));
}

it("is ZooKeeper's default, with TTL nodes", () => {
  expect(settingsFrom({})).toMatchObject({
    acl: { skipAcl: false, x509: false },
    ttlEnabled: true,
    enforceQuota: false,
    unusedContainerMsMax: 0,
  });
});

it("takes every setting from its variable", () => {
  const environment = {
    MEERKAT_SKIP_ACL: "true",
    MEERKAT_X509_ACLS: "true",
    MEERKAT_ENFORCE_QUOTA: "true",
    MEERKAT_TTL_NODES: "false",
    MEERKAT_UNUSED_CONTAINER_MS: "300000",
  };
  expect(settingsFrom(environment)).toMatchObject({
    acl: { skipAcl: true, x509: true },
    ttlEnabled: false,
    enforceQuota: true,
    unusedContainerMsMax: 300_000,
  });
});

it("names the members as clients parse them: two different ports, no part for clients", () => {
  const { configText } = settingsFrom({ MEERKAT_SERVERS: "1,12" });
  const [first, second, version, ...rest] = configText.split("\n");
  const member = /^server\.(\d+)=([^:;]+):(\d+):(\d+):participant$/;
  expect(member.exec(first ?? "")?.slice(1)).toEqual(["1", "0.0.0.0", "2888", "3888"]);
  expect(member.exec(second ?? "")?.[1]).toBe("12");
  expect(version).toBe("version=0");
  expect(rest).toEqual([]);
});
