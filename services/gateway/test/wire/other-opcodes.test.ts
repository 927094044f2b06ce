import { OpCode } from "@meerkat/jute";
import { ResultCode } from "@meerkat/tree";
import { beforeEach, describe, expect, it } from "vitest";
import { auth, create, path, pathInt, read, readEvent } from "./harness/bodies.ts";
import { expectEnd, type GivenSession, givenSession } from "./harness/given-session.ts";
import type { RunningDoor } from "./harness/start-door.ts";
import type { WireClient } from "./harness/wire-client.ts";

const { MARSHALLINGERROR, UNIMPLEMENTED, RECONFIGDISABLED, AUTHFAILED } = ResultCode;

let door: RunningDoor;
let client: WireClient;
let ok: GivenSession["ok"];
let codeOf: GivenSession["codeOf"];

beforeEach(async () => {
  ({ door, client, ok, codeOf } = await givenSession());
});

describe("the rest", () => {
  it("sync gives back the path, which need not exist", async () => {
    const { body } = await ok(OpCode.sync, path("no path"));
    expect(body.readString()).toBe("no path");
    expectEnd({ body });
    expect(await codeOf(OpCode.sync, path(null))).toBe(MARSHALLINGERROR);
  });

  it("ping is answered under its own xid", async () => {
    expect(await client.call(OpCode.ping, undefined, 77)).toMatchObject({ xid: -2, err: 0 });
  });

  it("auth is answered with zxid 0, under whatever xid", async () => {
    const body = auth("digest", "me:secret");
    for (const xid of [-4, 9]) {
      expect(await client.call(OpCode.auth, body, xid)).toMatchObject({ xid, zxid: 0, err: 0 });
    }
    expect(await client.call(OpCode.auth, auth("ip", ""), -4)).toMatchObject({ err: 0 });
  });

  it.each(["world", "auth", "super", "x509", "sasl", "nonsense", ""])(
    "auth of scheme %s fails and closes",
    async (scheme) => {
      const reply = await client.call(OpCode.auth, auth(scheme, "x"), -4);
      expect(reply).toMatchObject({ xid: -4, zxid: 0, err: AUTHFAILED });
      expect(await client.isLeft()).toBe(true);
    },
  );

  it("auth takes a hundred identities and no more", async () => {
    for (let i = 0; i < 99; i += 1) await ok(OpCode.auth, auth("digest", `u${i}:x`));
    expect(await codeOf(OpCode.auth, auth("digest", "more:x"))).toBe(AUTHFAILED);
  });

  it("sasl is answered as by a server without it", async () => {
    const token = new Uint8Array([1]);
    const { body, zxid } = await ok(OpCode.sasl, (writer) => writer.writeBuffer(token));
    expect(zxid).toBe(0);
    expect(body.readLatin1()).toBe(null);
  });

  it("reconfig is disabled", async () => {
    expect(await codeOf(OpCode.reconfig, path("x"))).toBe(RECONFIGDISABLED);
  });

  it.each([0, 10, 13, 20, 23, 99, 108, 999, -1, -10, 2 ** 31 - 1, -(2 ** 31)])(
    "opcode %i is none: it is answered so, and the connection is closed",
    async (opCode) => {
      const reply = await client.call(opCode, pathInt("/a", -1), 5);
      expect(reply).toMatchObject({ xid: 5, zxid: -1, err: UNIMPLEMENTED });
      expect(await client.isLeft()).toBe(true);
    },
  );

  it("closeSession takes the ephemerals along, is answered, and closes", async () => {
    await ok(OpCode.create, create("/e", { flags: 1 }));
    await ok(OpCode.exists, read("/e", true));
    client.send(OpCode.closeSession);
    expect(readEvent((await client.reply()).body)).toMatchObject({ type: 2, path: "/e" });
    expect(await client.reply()).toMatchObject({ err: 0 });
    expect(await client.isLeft()).toBe(true);
    expect(door.node.tree.sessions.size).toBe(0);
  });

  it("what stands behind a record is not looked at", async () => {
    await ok(OpCode.getData, (writer) => {
      read("/a")(writer);
      writer.writeLong(7);
    });
  });

  it("xids come back as they are", async () => {
    for (const xid of [0, -1, -2, -4, 2 ** 31 - 1, -(2 ** 31), 0]) {
      expect(await client.call(OpCode.exists, read("/a"), xid)).toMatchObject({ xid, err: 0 });
    }
  });
});
