import { describe, expect, test } from "vitest";
import { parseLine } from "../src/language/line.ts";
import { tokensOf } from "../src/language/tokens.ts";
import { bytesOf } from "../src/language/values.ts";

const bytes = (word: string): string | null => {
  const [token] = tokensOf(word);
  const value = token === undefined ? null : bytesOf(token);
  return value === null ? null : Buffer.from(value).toString("hex");
};

describe("a word", () => {
  test.each([
    ["/a", "2f61"],
    ["null", null],
    ['"null"', "6e756c6c"],
    ['""', ""],
    ["0x00ff", "00ff"],
    ['"0x00ff"', "307830306666"],
    ["/x*3", "2f787878"],
    ['"a b"', "612062"],
    ['"\\0\\xff\\n\\""', "00ff0a22"],
    ['"\\u{e000}"', "ee8080"],
    ["é", "c3a9"],
  ])("%s is %s", (word, hex) => expect(bytes(word)).toBe(hex));

  test("has a name before the first equals sign", () => {
    expect(tokensOf('data="a=b" /x=y')).toEqual([
      { name: "data", latin1: "a=b", quoted: true },
      { latin1: "/x=y", quoted: false },
    ]);
  });

  test("ends where its quote does", () => {
    expect(() => tokensOf('"open')).toThrow("a quote is not closed");
    expect(() => tokensOf('"\\q"')).toThrow("no such escape");
  });
});

describe("a line", () => {
  test("is a connection, a verb and what it is given", () => {
    const line = parseLine("A+ setData /a data=x version=3");
    expect(line).toMatchObject({ connection: "A", held: true, verb: "setData", parts: [] });
    expect(line.args.map(({ latin1 }) => latin1)).toEqual(["/a"]);
    expect([...line.options.keys()]).toEqual(["data", "version"]);
  });

  test("has parts between semicolons when it is a multi", () => {
    const line = parseLine('A multi end=0 create /a data=";" ; delete /b version=3');
    expect([...line.options.keys()]).toEqual(["end"]);
    expect(line.parts.map(({ verb }) => verb)).toEqual(["create", "delete"]);
  });

  test("names a connection first", () => {
    expect(() => parseLine("create /a")).toThrow("a line is a connection");
  });
});
