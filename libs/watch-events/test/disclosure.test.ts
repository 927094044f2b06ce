import { describe, expect, it } from "vitest";
import { DisclosurePolicy, InvalidDisclosure, parseDisclosureRules } from "../src/index.ts";

describe("disclosure", () => {
  it("is what everybody may read, without a rule", () => {
    expect(new DisclosurePolicy().disclosureOf("/a")).toBe("readable");
  });

  it("follows the rule with the longest path", () => {
    const rules = parseDisclosureRules("/=path, /app=all,/app/secret=none");
    const policy = new DisclosurePolicy(rules);
    expect(policy.disclosureOf("/")).toBe("path");
    expect(policy.disclosureOf("/other")).toBe("path");
    expect(policy.disclosureOf("/app")).toBe("all");
    expect(policy.disclosureOf("/application")).toBe("path");
    expect(policy.disclosureOf("/app/x/y")).toBe("all");
    expect(policy.disclosureOf("/app/secret/x")).toBe("none");
  });

  it("takes a path with an equals sign", () => {
    expect(parseDisclosureRules("/a=b=all")).toEqual([{ path: "/a=b", disclosure: "all" }]);
    expect(parseDisclosureRules("")).toEqual([]);
  });

  it.each(["/a", "a=all", "/a=some", "/a/=all", "=all"])("refuses %j by name", (text) => {
    expect(() => parseDisclosureRules(text)).toThrow(InvalidDisclosure);
    expect(() => parseDisclosureRules(text)).toThrow(text);
  });
});
