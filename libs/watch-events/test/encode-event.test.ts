import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { encodeEvent, type WatchEvent } from "../src/index.ts";

const ALL = { content: true, dataBytesMax: 1_000 };

const event: WatchEvent = {
  type: "NodeDataChanged",
  path: "/app",
  zxid: 0x100000003,
  index: 0,
  time: 1_767_225_603_000,
  session: 0x100000001,
  stat: {
    czxid: 0x100000002,
    mzxid: 0x100000003,
    ctime: 1_767_225_601_000,
    mtime: 1_767_225_603_000,
    version: 1,
    cversion: 0,
    aversion: 0,
    ephemeralOwner: 0,
    dataLength: 5,
    numChildren: 0,
    pzxid: 0x100000002,
  },
  data: "hello",
};

describe("an event as JSON", () => {
  it("speaks as the HTTP API does", () => {
    expect(encodeEvent(event, ALL)).toBe(
      '{"type":"NodeDataChanged","path":"/app","zxid":"0x100000003","index":0,' +
        '"time":1767225603000,"session":"0x100000001","stat":{"czxid":"0x100000002",' +
        '"mzxid":"0x100000003","ctime":1767225601000,"mtime":1767225603000,"version":1,"cversion":0,' +
        '"aversion":0,"ephemeralOwner":"0x0","dataLength":5,"numChildren":0,"pzxid":"0x100000002"},' +
        '"data":"hello"}',
    );
  });

  it("names type and path alone of a znode that not everybody may read", () => {
    expect(encodeEvent(event, { ...ALL, content: false })).toBe(
      '{"type":"NodeDataChanged","path":"/app","zxid":"0x100000003","index":0,' +
        '"time":1767225603000,"withheld":"acl"}',
    );
  });

  it.each([
    ["as large as allowed", "hello", 5, { data: "hello" }],
    ["larger than allowed", "hello", 4, { withheld: "data" }],
    ["never", "", -1, { withheld: "data" }],
    ["never, null", null, -1, { withheld: "data" }],
    ["null", null, 0, { data: null }],
    ["empty", "", 0, { data: "" }],
    ["UTF-8", Buffer.from("größe").toString("latin1"), 100, { data: "größe" }],
    ["with a byte order mark", "\u00ef\u00bb\u00bfx", 100, { data: "\ufeffx" }],
    ["no UTF-8", "\u00ff\u0000", 100, { dataBase64: "/wA=" }],
  ])("data %s", (_, data, dataBytesMax, expected) => {
    const { type, path, zxid, index, time, session, stat, ...rest } = JSON.parse(
      encodeEvent({ ...event, data }, { content: true, dataBytesMax }),
    );
    expect(rest).toEqual(expected);
  });

  it("has only the stat that is known, and no data where none changed", () => {
    const deleted: WatchEvent = { ...event, type: "NodeDeleted", stat: { version: 3 } };
    const { stat, ...rest } = JSON.parse(encodeEvent(deleted, ALL));
    expect(stat).toEqual({ version: 3 });
    expect(rest).not.toHaveProperty("data");
    expect(JSON.parse(encodeEvent({ ...deleted, stat: {} }, ALL)).stat).toEqual({});
  });

  it("is valid JSON that gives bytes and path back, whatever they are", () => {
    const bytes = fc.uint8Array({ maxLength: 40 }).map((array) => Buffer.from(array));
    fc.assert(
      fc.property(bytes, fc.string({ unit: "binary" }), (data, path) => {
        const text = encodeEvent({ ...event, path, data: data.toString("latin1") }, ALL);
        const decoded = JSON.parse(text);
        const back =
          decoded.dataBase64 === undefined
            ? Buffer.from(decoded.data, "utf8")
            : Buffer.from(decoded.dataBase64, "base64");
        expect(back).toEqual(data);
        expect(decoded.path).toBe(path);
      }),
    );
  });
});
