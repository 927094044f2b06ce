import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { prefersRawBytes } from "../../src/http/accept.ts";
import { dataOfFields, fieldsOfData } from "../../src/http/convert/znode-data.ts";
import { urlOfZnode, znodePathOfUrl } from "../../src/http/convert/znode-path.ts";
import { formatHex, parseHexOrDecimal } from "../../src/http/convert/zxid-text.ts";
import { expectedVersion, isNotModified } from "../../src/http/preconditions.ts";
import { formatSessionToken, parseSessionToken } from "../../src/http/session-token.ts";

const bytes = fc
  .uint8Array({ maxLength: 200 })
  .map((array) => Buffer.from(array).toString("latin1"));

describe("data in JSON", () => {
  it("comes back as it was, whatever the bytes", () => {
    fc.assert(
      fc.property(fc.option(bytes), (data) => {
        expect(dataOfFields(fieldsOfData(data), "")).toBe(data);
      }),
    );
  });

  it("is text exactly where the bytes are UTF-8", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }), (text) => {
        const data = Buffer.from(text, "utf8").toString("latin1");
        expect(fieldsOfData(data)).toEqual({ data: text });
      }),
    );
    expect(fieldsOfData("\xff")).toEqual({ dataBase64: "/w==" });
  });

  it.each(["A", "AA", "AAA", "A===", "AA=A", "AA-_", "AA==\n", " AAAA"])(
    "refuses %j as base64",
    (dataBase64) => {
      expect(() => dataOfFields({ dataBase64 }, "")).toThrow("not base64");
    },
  );
});

describe("a znode's path in a URL", () => {
  it("comes back as it was, whatever the names", () => {
    const name = fc
      .string({ unit: "grapheme", minLength: 1 })
      .filter((text) => !text.includes("/"));
    fc.assert(
      fc.property(fc.array(name, { minLength: 1 }), (names) => {
        const path = `/${names.join("/")}`;
        expect(znodePathOfUrl(`${urlOfZnode(path)}?consistency=local`)).toBe(path);
      }),
    );
  });

  it.each([
    ["/v1/znodes", "/"],
    ["/v1/znodes?a=/b/c", "/"],
    ["/v1/znodes/", "/"],
    ["/v1/acls/a+b;c=d", "/a+b;c=d"],
    ["/v1/znodes/a%20b", "/a b"],
    ["/v1/znodes/a?b#c", "/a"],
    ["/v1/znodes/a#b?c", "/a"],
  ])("of %s is %s", (url, path) => {
    expect(znodePathOfUrl(url)).toBe(path);
  });
});

it("prints and reads zxids in hexadecimal, and reads decimal too", () => {
  fc.assert(
    fc.property(fc.maxSafeNat(), (zxid) => {
      expect(parseHexOrDecimal(formatHex(zxid))).toBe(zxid);
      expect(parseHexOrDecimal(String(zxid))).toBe(zxid);
    }),
  );
  for (const text of ["", "0x", "x", "-1", "1.5", "0x20000000000000", "9007199254740992", " 1"]) {
    expect(parseHexOrDecimal(text)).toBeUndefined();
  }
});

it("reads the session tokens that it gave, and nothing else", () => {
  const password = fc
    .uint8Array({ minLength: 16, maxLength: 16 })
    .map((array) => Buffer.from(array).toString("latin1"));
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 2 ** 52 }), password, (id, secret) => {
      const token = { id, password: secret };
      expect(parseSessionToken(formatSessionToken(token))).toEqual(token);
    }),
  );
  for (const text of ["", "0x1.", "1.AAAAAAAAAAAAAAAAAAAAAA", "0x0.AAAAAAAAAAAAAAAAAAAAAA"]) {
    expect(parseSessionToken(text)).toBeUndefined();
  }
});

it.each([
  [undefined, false],
  ["*/*", false],
  ["application/json", false],
  ["application/octet-stream", true],
  ["Application/Octet-Stream;q=0.9", false],
  ["application/octet-stream;q=0", false],
  ["application/json, application/octet-stream", true],
  ["application/json, application/octet-stream;q=0.9", false],
  ["application/octet-stream;q=0.9, application/json;q=0.8", true],
  ["text/html, application/octet-stream;q=0.1", true],
  ["application/octet-stream;q=high", false],
])("Accept: %s asks for raw bytes: %s", (accept, isRaw) => {
  expect(prefersRawBytes(accept)).toBe(isRaw);
});

it.each([
  [undefined, undefined, undefined],
  [undefined, -1, undefined],
  [undefined, 3, 3],
  ['"3"', undefined, 3],
  ["3", undefined, 3],
  ['"3"', 3, 3],
  ['"3"', -1, 3],
  ["*", undefined, "any"],
  [' "-2147483648" ', undefined, -2147483648],
])("If-Match %s and version %s expect %s", (ifMatch, version, expected) => {
  expect(expectedVersion(ifMatch, version)).toBe(expected);
});

it.each(['"x"', "", '"3', "3.0", '"2147483648"', '"3", "4"', 'W/"3"', "**"])(
  "If-Match %j is refused",
  (ifMatch) => {
    expect(() => expectedVersion(ifMatch, undefined)).toThrow("If-Match must be");
  },
);

it.each([
  [undefined, false],
  ['"3"', true],
  ['W/"3"', true],
  ['"2", "3"', true],
  ['"2"', false],
  ["*", true],
  ["nonsense", false],
])("If-None-Match: %s spares a copy of version 3: %s", (ifNoneMatch, isSpared) => {
  expect(isNotModified(ifNoneMatch, 3)).toBe(isSpared);
});
