import { describe, expect, test } from "vitest";
import { decodeConnect, decodeEvent, decodeReply } from "../src/replies/decode.ts";
import { Symbols } from "../src/replies/symbols.ts";
import { OPCODES } from "../src/requests/opcodes.ts";

const bytes = (hex: string): Uint8Array => Buffer.from(hex.replaceAll(" ", ""), "hex");
const asked = (opcode: number) => ({ xid: 1, opcode, isConfig: false });

const STAT =
  "0000000000000007 0000000000000007 0000000000001000 0000000000001000" +
  "00000000 00000000 00000000 0000000000000000 00000001 00000000 0000000000000007";

describe("a reply", () => {
  test("keeps every byte but what differs from server to server", () => {
    const symbols = new Symbols();
    const created = decodeReply(
      bytes(`00000001 0000000000000007 00000000 00000002 2f61 ${STAT}`),
      asked(OPCODES.create2),
      symbols,
    );
    expect(created.said).toBe(
      'create2 xid=1 "/a" czxid=z1 mzxid=z1 pzxid=z1 version=0 cversion=0 aversion=0 owner=0 ' +
        "length=1 children=0",
    );
    expect(created.hex).toBe(
      "00000001 z1 00000000 000000022f61 z1 z1 t1 t1 00000000 00000000 00000000 " +
        "0000000000000000 00000001 00000000 z1",
    );
  });

  test("shows bytes that nobody expected", () => {
    const payload = bytes("00000001 0000000000000007 ffffff9b 00");
    expect(decodeReply(payload, asked(OPCODES.exists), new Symbols())).toEqual({
      said: "exists xid=1 NONODE with bytes left over",
      hex: "00000001 zxid ffffff9b rest:00",
    });
  });

  test("shows what cannot be read", () => {
    const payload = bytes("00000001 0000000000000007 00000000 00000009 2f");
    const { said, hex } = decodeReply(payload, asked(OPCODES.create), new Symbols());
    expect(said).toMatch(/^unreadable .* with bytes left over$/);
    expect(hex).toBe("00000001 z1 00000000 rest:000000092f");
  });

  test("puts names in an order of their own", () => {
    const list = (...names: string[]) =>
      `0000000${names.length} ${names.map((name) => `00000001 ${name}`).join(" ")}`;
    const read = (names: string) =>
      decodeReply(
        bytes(`00000001 0000000000000007 00000000 ${names}`),
        asked(OPCODES.getChildren),
        new Symbols(),
      );
    expect(read(list("62", "61"))).toEqual(read(list("61", "62")));
  });
});

describe("symbols", () => {
  test("tell that a write got an old zxid", () => {
    const symbols = new Symbols();
    expect(symbols.written(7n)).toBe("z1");
    expect(symbols.written(9n)).toBe("z2");
    expect(symbols.written(9n)).toBe("z2!old");
    expect(symbols.applied(7n)).toBe("z1!old");
    expect(symbols.applied(9n)).toBe("z2");
  });

  test("leave open which zxid it is after something that may have spent one", () => {
    const symbols = new Symbols();
    symbols.written(7n);
    symbols.unsettle();
    expect(symbols.applied(7n)).toBe("zxid");
    expect(symbols.applied(9n)).toBe("zxid");
    expect(symbols.written(9n)).toBe("z2");
  });

  test("tell a time that is not its transaction's", () => {
    const symbols = new Symbols();
    expect(symbols.time(1_000n, 7n)).toBe("t1");
    expect(symbols.time(1_000n, 7n)).toBe("t1");
    expect(symbols.time(1_003n, 7n)).toBe("t1!3");
  });

  test("stand in a script's zxid", () => {
    const symbols = new Symbols();
    symbols.written(7n);
    expect(symbols.zxidOf("z1+3")).toBe(10n);
    expect(symbols.zxidOf("0x10")).toBe(16n);
    expect(() => symbols.zxidOf("z2")).toThrow("no reply has shown z2 yet");
  });
});

test("an answer to a connect names what it grants", () => {
  const granted = bytes(`00000000 00007530 0000000000000005 00000010 ${"ab".repeat(16)} 00`);
  const refused = bytes(`00000000 00000000 0000000000000000 00000010 ${"00".repeat(16)}`);
  expect(decodeConnect(granted, new Symbols())).toMatchObject({
    said: "session s1 p1 timeout=30000 readonly=0",
    hex: "00000000 00007530 s1 p1 00",
    grant: { session: 5n },
  });
  expect(decodeConnect(refused, new Symbols())).toMatchObject({
    said: "refused timeout=0",
    grant: undefined,
  });
});

test("a notification may carry -1 or a zxid", () => {
  const event = (zxid: string) =>
    decodeEvent(bytes(`ffffffff ${zxid} 00000000 00000003 00000003 00000002 2f61`));
  expect(event("ffffffffffffffff")).toEqual(event("0000000000000007"));
  expect(event("0000000000000000").said).toBe('event changed "/a"');
  expect(event("0000000000000000").hex).toMatch(/^ffffffff 0000000000000000 /);
});
