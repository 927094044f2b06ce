import { runTables } from "@meerkat/datadriven";
import { expect, test } from "vitest";
import { type Acl, type Id, OPEN_ACL_UNSAFE } from "../src/acl/acl.ts";
import { DEFAULT_ACL_POLICY, makeAclPolicy } from "../src/acl/acl-policy.ts";
import { isAllowed, visibleAcl } from "../src/acl/check-acl.ts";
import { aclProblem, fixAcl } from "../src/acl/fix-acl.ts";

const BITS = "rwcda";

function parsePerms(text: string): number {
  return [...text].reduce((perms, letter) => perms | (1 << BITS.indexOf(letter)), 0);
}

function parseId(text: string): Id {
  const at = text.indexOf(":");
  return { scheme: text.slice(0, at), id: text.slice(at + 1) };
}

function parseAcl(args: readonly string[]): Acl[] {
  if (args[0] === "none") return [];
  return args.map((text) => {
    const at = text.lastIndexOf(":");
    return { perms: parsePerms(text.slice(at + 1)), id: parseId(text.slice(0, at)) };
  });
}

function describeAcl(acl: readonly Acl[]): string {
  const perms = (bits: number) => [...BITS].filter((_, i) => (bits & (1 << i)) !== 0).join("");
  return acl.map(({ perms: bits, id }) => `${id.scheme}:${id.id}:${perms(bits)}`).join(" ");
}

runTables(`${import.meta.dirname}/tables/acl`, () => {
  let policy = DEFAULT_ACL_POLICY;
  let acl: Acl[] = [];
  let credentials: Id[] = [];
  return ({ name, args }) => {
    switch (name) {
      case "policy":
        policy = makeAclPolicy(Object.fromEntries(args.map((option) => [option, true])));
        return undefined;
      case "acl":
        acl = parseAcl(args);
        return undefined;
      case "who":
        credentials = args.map(parseId);
        return undefined;
      case "may":
        return [String(isAllowed(acl, parsePerms(args[0] ?? ""), credentials, policy))];
      case "accepts": {
        const id = { scheme: args[0] ?? "", id: args[1] ?? "" };
        const list = [{ perms: 31, id }];
        return [String(fixAcl(list, [], policy) !== undefined)];
      }
      case "fix": {
        const list = parseAcl(args);
        const fixed = fixAcl(list, credentials, policy);
        const problem = aclProblem(list, credentials, policy);
        expect(problem === undefined).toBe(fixed !== undefined);
        return [fixed === undefined ? `- ${problem}` : describeAcl(fixed)];
      }
      default:
        return [describeAcl(visibleAcl(parseAcl(args), credentials, policy))];
    }
  };
});

test("the open list is kept as the same object", () => {
  expect(fixAcl(OPEN_ACL_UNSAFE, [], DEFAULT_ACL_POLICY)).toBe(OPEN_ACL_UNSAFE);
});

test("hostile ids and lists take linear time", () => {
  const policy = makeAclPolicy({ x509: true, sasl: true });
  const long = 500_000;
  const before = process.cpuUsage();
  for (const scheme of ["digest", "ip", "sasl", "x509"]) {
    for (const id of [":".repeat(long), " ".repeat(long), "a=".repeat(long), '"'.repeat(long)]) {
      fixAcl([{ perms: 1, id: { scheme, id: `${id}x` } }], [], policy);
      fixAcl([{ perms: 1, id: { scheme, id: `CN=${id}<` } }], [], policy);
    }
  }
  const many = Array.from({ length: 50_000 }, (_, i) => ({
    perms: i,
    id: { scheme: "world", id: "anyone" },
  }));
  expect(fixAcl(many, [], policy)?.length).toBe(many.length);
  // Processor time, since a busy machine is not a slow check.
  expect(process.cpuUsage(before).user / 1000).toBeLessThan(2000);
});
