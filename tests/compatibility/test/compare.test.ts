import { describe, expect, it } from "vitest";
import { compare } from "../src/compare.ts";
import { normalise } from "../src/normalise.ts";

describe("what no two runs share", () => {
  it("gets a name by the order in which it comes, and zero stays zero", () => {
    const outcome = [
      { czxid: "77", mzxid: "80", pzxid: "77", ctime: "1", ephemeralOwner: "0" },
      { czxid: "80", mzxid: "0", pzxid: "91", ctime: "0", ephemeralOwner: "123" },
    ];
    expect(normalise([{ step: "a", outcome }])).toEqual([
      {
        step: "a",
        outcome: [
          { czxid: "z1", mzxid: "z2", pzxid: "z1", ctime: "time", ephemeralOwner: "0" },
          { czxid: "z2", mzxid: "0", pzxid: "z3", ctime: "0", ephemeralOwner: "s1" },
        ],
      },
    ]);
  });

  it("keeps a name across the steps of a scenario", () => {
    const steps = ["7", "8", "7"].map((zxid) => ({ step: "a", outcome: { zxid } }));
    expect(normalise(steps).map(({ outcome }) => outcome)).toEqual([
      { zxid: "z1" },
      { zxid: "z2" },
      { zxid: "z1" },
    ]);
  });

  it("is also in texts", () => {
    const outcome = "/lock/0123456789abcdef0123456789abcdef__lock__ at 127.0.0.1:2181";
    expect(normalise([{ step: "a", outcome }])[0]?.outcome).toBe(
      "/lock/<uuid>__lock__ at <server>",
    );
  });
});

describe("a comparison", () => {
  const one = { step: "one", outcome: [1] };
  const two = { step: "two", outcome: { error: "NONODE" } };

  it("is silent about what is alike", () => {
    expect(compare(new Map([["s", [one, two]]]), new Map([["s", [one, two]]]))).toEqual([]);
  });

  it("names every step that differs, is missing or is too much", () => {
    const expected = new Map([["s", [one, two]]]);
    const other = { step: "two", outcome: null };
    expect(compare(expected, new Map([["s", [one, other]]]))).toEqual([
      { scenario: "s", step: "two", expected: '{"error":"NONODE"}', got: "null" },
    ]);
    expect(compare(expected, new Map([["s", [one]]]))).toMatchObject([
      { step: "two", got: "nothing" },
    ]);
    expect(compare(expected, new Map([["t", [one]]]))).toHaveLength(3);
  });
});
