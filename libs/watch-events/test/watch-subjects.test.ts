import { isValidPath } from "@meerkat/tree";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { SUBJECT_BYTES_MAX, WatchSubjects } from "../src/index.ts";

const subjects = new WatchSubjects("meerkat.local");

/** Names made of what NATS reads as something else, and of what looks like an escape. */
const hostileName = fc
  .array(
    fc.constantFrom(
      ...["a", "%", ".", "*", ">", " ", "$", "%2F", "%long", "%gap", "%%", "\u00a0", "\u2028"],
      ...["\u3000", "\ufeff", "é", "e\u0301", "日本", "_", "~", "..", '"', "\\", "{", "}"],
    ),
    { minLength: 1, maxLength: 8 },
  )
  .map((parts) => parts.join(""));
const anyName = fc.string({ unit: "binary", minLength: 1, maxLength: 30 });
const path = fc
  .array(fc.oneof(hostileName, anyName), { minLength: 0, maxLength: 6 })
  .map((names) => `/${names.join("/")}`)
  .filter(isValidPath);

describe("the subject of a path", () => {
  it.each([
    ["/app/config", "app.config"],
    ["/app/a b.txt", "app.a%20b%2Etxt"],
    ["/100%", "100%25"],
    ["/a*b>c", "a%2Ab%3Ec"],
    ["/größe", "größe"],
    ["/a\u00a0b", "a%C2%A0b"],
    ["/%2F", "%252F"],
    ["/$SYS", "$SYS"],
    ["/", "%2F"],
  ])("%s is %s", (given, tokens) => {
    expect(subjects.subjectOf(given)).toBe(`meerkat.local.watch.${tokens}`);
    expect(subjects.pathOf(`meerkat.local.watch.${tokens}`)).toBe(given);
  });

  it("gives the path back, and is one that NATS takes", () => {
    fc.assert(
      fc.property(path, (given) => {
        const subject = subjects.subjectOf(given);
        expect(subjects.pathOf(subject)).toBe(given);
        const tokens = subject.split(".");
        const depth = given === "/" ? 1 : given.split("/").length - 1;
        expect(tokens).toHaveLength(3 + depth);
        for (const token of tokens) expect(token).toMatch(/^[^\s*>.]+$/);
      }),
      { numRuns: 2_000 },
    );
  });

  it("is no other path's", () => {
    fc.assert(
      fc.property(path, path, (a, b) => {
        expect(subjects.subjectOf(a) === subjects.subjectOf(b)).toBe(a === b);
      }),
      { numRuns: 2_000 },
    );
  });

  it("stays below what a server takes, under the longest ancestor that fits", () => {
    const names = Array.from({ length: 500 }, (_, i) => `näme-${i}`);
    const long = subjects.subjectOf(`/${names.join("/")}`);
    expect(Buffer.byteLength(long)).toBeLessThanOrEqual(SUBJECT_BYTES_MAX);
    expect(Buffer.byteLength(long)).toBeGreaterThan(SUBJECT_BYTES_MAX - 30);
    expect(long).toMatch(/^meerkat\.local\.watch\.näme-0\.näme-1\..*\.näme-\d+\.%long$/);
    expect(subjects.pathOf(long)).toBeUndefined();
    const lone = subjects.subjectOf(`/${"日".repeat(SUBJECT_BYTES_MAX)}`);
    expect(lone).toBe("meerkat.local.watch.%long");
  });

  it.each(["meerkat.local.watch.%gap", "meerkat.local.watch.%41", "meerkat.local.zab.ack", "x"])(
    "%s is no path's",
    (subject) => expect(subjects.pathOf(subject)).toBeUndefined(),
  );
});
