import { JuteWriter, OpCode } from "@meerkat/jute";
import { expect, it } from "vitest";
import { Unavailable } from "../../src/coordination.ts";
import { create, read, readStrings } from "./harness/bodies.ts";
import { eventually, turns } from "./harness/eventually.ts";
import { startDoor } from "./harness/start-door.ts";
import { connectFrame, framed, requestFrame, ticketOf } from "./harness/wire-client.ts";

const ZXID_AHEAD = 2 ** 33;
const refused = new Unavailable("no quorum", { retryAfterMs: 1, ambiguous: false });

it("answers the form with the read-only flag and the one without", async () => {
  const { open } = await startDoor();
  const now = await (await open()).connect();
  expect(now).toMatchObject({ timeoutMs: 10_000, session: 0x100000001, length: 37 });
  const old = await (await open()).connect({ hasReadOnlyFlag: false });
  expect(old).toMatchObject({ session: 0x100000002, length: 36 });
  expect(old?.password).not.toBe(now?.password);
});

it.each([
  ["nothing", 0, 4_000],
  ["less than nothing", -5, 4_000],
  ["too little", 3_999, 4_000],
  ["what may be", 12_345, 12_345],
  ["too much", 2 ** 31 - 1, 40_000],
])("negotiates the timeout when a client asks for %s", async (_, timeoutMs, negotiatedMs) => {
  const { open, node } = await startDoor();
  const ticket = await (await open()).connect({ timeoutMs });
  expect(ticket?.timeoutMs).toBe(negotiatedMs);
  expect(node.tree.session(ticket?.session ?? 0)?.timeoutMs).toBe(negotiatedMs);
});

it("takes a new session's password of any length, or none", async () => {
  const { open } = await startDoor();
  for (const password of [null, "", "x"]) {
    const ticket = await (await open()).connect({ password });
    expect(ticket?.password).toHaveLength(16);
  }
});

it("renews a session with its password, with a timeout of its own", async () => {
  const { open } = await startDoor();
  const first = await open();
  const { session, password } = (await first.connect()) ?? { session: 0, password: "" };
  first[Symbol.dispose]();
  const second = await open();
  const renewed = await second.connect({ session, password, timeoutMs: 20_000 });
  expect(renewed).toMatchObject({ session, password, timeoutMs: 20_000 });
  await second.ping();
});

it.each([
  ["a wrong password", (session: number) => ({ session, password: "x".repeat(16) })],
  ["a short password", (session: number) => ({ session, password: "x" })],
  ["an unknown id", () => ({ session: 77 })],
  ["a negative id", () => ({ session: -3 })],
])("refuses to renew with %s, and closes", async (_, optionsOf) => {
  const { open, node } = await startDoor();
  const { session = 0 } = (await (await open()).connect()) ?? {};
  for (const hasReadOnlyFlag of [true, false]) {
    const client = await open();
    const ticket = await client.connect({ ...optionsOf(session), hasReadOnlyFlag });
    const length = hasReadOnlyFlag ? 37 : 36;
    expect(ticket).toEqual({ session: 0, timeoutMs: 0, password: "\0".repeat(16), length });
    expect(await client.isLeft()).toBe(true);
  }
  expect(node.tree.sessions.size).toBe(1);
});

it("refuses an id that no double holds exactly", async () => {
  const { open } = await startDoor();
  const writer = new JuteWriter();
  for (const int of [0, 0, 0, 10_000, 0x70000000, 1, 16, 0, 0, 0, 0]) writer.writeInt(int);
  const client = await open();
  client.write(framed(writer));
  expect(ticketOf(await client.frame())).toMatchObject({ session: 0, timeoutMs: 0 });
});

it("leaves a client that has seen more than any server, without an answer", async () => {
  const { open, node } = await startDoor();
  const client = await open();
  client.write(connectFrame({ lastZxidSeen: ZXID_AHEAD }));
  expect(await client.isLeft()).toBe(true);
  expect(node.tree.sessions.size).toBe(0);
});

it("waits until it has seen what the client has seen", async () => {
  const { open, node } = await startDoor();
  node.runElsewhere({ type: "noop" });
  const lastZxidSeen = node.tree.lastZxid + 1;
  node.isHolding = true;
  const client = await open();
  client.write(connectFrame({ lastZxidSeen }));
  await turns();
  node.runElsewhere({ type: "noop" });
  node.isHolding = false;
  node.releaseReads();
  expect(ticketOf(await client.frame())?.session).toBe(lastZxidSeen + 1);
});

it("answers requests that came behind the connect", async () => {
  const { open } = await startDoor();
  const client = await open();
  const parts = [
    connectFrame(),
    requestFrame(1, OpCode.create, create("/a")),
    requestFrame(2, OpCode.getChildren, read("/")),
    requestFrame(-2, OpCode.ping),
  ];
  client.write(Buffer.concat(parts));
  expect(ticketOf(await client.frame())?.timeoutMs).toBe(10_000);
  expect(await client.reply()).toMatchObject({ xid: 1, err: 0 });
  const children = await client.reply();
  expect(children.xid).toBe(2);
  expect(readStrings(children.body).sort()).toEqual(["a", "zookeeper"]);
  expect((await client.reply()).xid).toBe(-2);
});

it("takes a connect that comes byte by byte", async () => {
  const { open } = await startDoor();
  const client = await open();
  for (const byte of connectFrame()) {
    client.write(Buffer.from([byte]));
    await turns(2);
  }
  expect(ticketOf(await client.frame())?.timeoutMs).toBe(10_000);
});

it.each([
  ["a request", requestFrame(1, OpCode.ping)],
  ["an empty frame", Buffer.alloc(4)],
  ["a frame that breaks off in the password", framed(shortConnect())],
])("closes on %s in place of a connect", async (_, bytes) => {
  const { open, node } = await startDoor();
  const client = await open();
  client.write(bytes);
  expect(await client.isLeft()).toBe(true);
  expect(node.tree.sessions.size).toBe(0);
});

function shortConnect(): JuteWriter {
  const writer = new JuteWriter();
  for (const int of [0, 0, 0, 10_000, 0, 0, 16, 0, 0]) writer.writeInt(int);
  return writer;
}

it("closes without an answer where there is no quorum", async () => {
  const { open, node } = await startDoor();
  node.refusal = refused;
  const atOnce = await open();
  atOnce.write(connectFrame());
  expect(await atOnce.isLeft()).toBe(true);
  node.refusal = undefined;
  node.isHolding = true;
  const later = await open();
  later.write(connectFrame());
  await eventually(() => node.queued.length === 1);
  node.fail(refused);
  expect(await later.isLeft()).toBe(true);
});

it("answers nobody when the socket died meanwhile, and goes on", async () => {
  const { open, node } = await startDoor();
  node.isHolding = true;
  const client = await open();
  client.write(connectFrame());
  await eventually(() => node.queued.length === 1);
  client[Symbol.dispose]();
  await turns();
  node.isHolding = false;
  node.release();
  expect(await (await open()).connect()).toMatchObject({ timeoutMs: 10_000 });
});
