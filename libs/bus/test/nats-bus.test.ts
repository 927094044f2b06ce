import { expect, test } from "vitest";
import { type BusStatus, BusUnavailable, connectNatsBus } from "../src/index.ts";
import { eventually, startNatsServer } from "../test-support/index.ts";

const WORD = new TextEncoder().encode("word");

test("reports where nobody answers and what to do", async () => {
  await using server = await startNatsServer();
  await server.stop();
  const attempt = connectNatsBus({ url: server.url, name: "test", connectDeadlineMs: 200 });
  await expect(attempt).rejects.toThrow(BusUnavailable);
  await expect(attempt).rejects.toThrow(
    new RegExp(`${server.url} within 0.2 s .*MEERKAT_NATS_URL`),
  );
});

test("waits for the first server until the deadline", async () => {
  const first = await startNatsServer();
  await first.stop();
  const connecting = connectNatsBus({ url: first.url, name: "test", connectDeadlineMs: 10_000 });
  await using _server = await startNatsServer({ port: first.port });
  const bus = await connecting;
  expect(bus.connected).toBe(true);
  await bus.close();
});

test("gives up at once when the server refuses it, without repeating the password", async () => {
  await using server = await startNatsServer({
    configuration: 'authorization: { user: "meerkat", password: "burrow" }',
  });
  const { url } = server;
  const wrong = connectNatsBus({ url, name: "test", user: "meerkat", password: "hole" });
  await expect(wrong).rejects.toThrow(/refuses us/);
  await expect(wrong).rejects.not.toThrow(/hole/);
  const bus = await connectNatsBus({ url, name: "test", user: "meerkat", password: "burrow" });
  await bus.close();
});

test("comes back after the server was killed, subscribed as before, with nothing stale", async () => {
  let server = await startNatsServer();
  const { url, port } = server;
  const statuses: BusStatus[] = [];
  const alice = await connectNatsBus({ url, name: "alice", onStatus: (s) => statuses.push(s) });
  const bob = await connectNatsBus({ url, name: "bob" });
  const received: string[] = [];
  bob.subscribe("t.x", (payload) => void received.push(new TextDecoder().decode(payload)));
  await bob.flush();

  await server.stop();
  await eventually("both noticed", () => !alice.connected && !bob.connected);
  alice.publish("t.x", new TextEncoder().encode("stale"));
  await expect(alice.flush()).rejects.toThrow(BusUnavailable);
  server = await startNatsServer({ port });
  await eventually("both are back", () => alice.connected && bob.connected);
  await bob.flush();
  alice.publish("t.x", WORD);
  await eventually("the word arrived", () => received.length > 0);

  expect(received).toEqual(["word"]);
  expect(statuses.map(({ type }) => type)).toEqual(["connected", "disconnected", "reconnected"]);
  await Promise.all([alice.close(), bob.close()]);
  await server.stop();
});

test("leaves a server that hangs", async () => {
  await using server = await startNatsServer();
  const bus = await connectNatsBus({ url: server.url, name: "test", pingIntervalMs: 50 });
  server.pause();
  await eventually("it gave the connection up", () => !bus.connected);
  server.resume();
  await eventually("it is back", () => bus.connected);
  await bus.close();
});

test("closes in time while the server hangs or is gone", async () => {
  await using server = await startNatsServer();
  const hanging = await connectNatsBus({ url: server.url, name: "hanging" });
  const orphan = await connectNatsBus({ url: server.url, name: "orphan" });
  server.pause();
  await hanging.close();
  await server.stop();
  await eventually("it noticed", () => !orphan.connected);
  await orphan.close();
});

const RIGHTS = `authorization { users: [
  { user: "meerkat", password: "burrow", permissions: {
    publish: { allow: ["t.mine"] }, subscribe: { allow: ["t.mine"] } } } ] }`;

test("says once who may not publish or subscribe to what, and what to do", async () => {
  await using server = await startNatsServer({ configuration: RIGHTS });
  const errors: string[] = [];
  const bus = await connectNatsBus({
    url: server.url,
    name: "test",
    user: "meerkat",
    password: "burrow",
    onStatus: ({ type, message }) => void (type === "error" && errors.push(message)),
  });
  const received: string[] = [];
  const mine = bus.subscribe("t.mine", () => void received.push("mine"));
  bus.subscribe("t.theirs", () => void received.push("theirs"));
  for (let n = 0; n < 3; n += 1) bus.publish("t.theirs", WORD);
  bus.publish("t.mine", WORD);
  await bus.flush();
  await eventually("both refusals were told", () => errors.length === 2);
  expect(errors.sort()).toEqual([
    expect.stringMatching(/^NATS does not let user "meerkat" publish to t\.theirs\. Give it/),
    expect.stringMatching(/^NATS does not let user "meerkat" subscribe to t\.theirs\. Give it/),
  ]);
  // What is refused leaves the rest as it is.
  expect(bus.connected).toBe(true);
  mine.unsubscribe();
  await bus.close();
});

test("asks again for what it may not subscribe to, until it may", async () => {
  const refusing = await startNatsServer({ configuration: RIGHTS });
  const { url, port } = refusing;
  const user = { user: "meerkat", password: "burrow" };
  const statuses: BusStatus[] = [];
  const bus = await connectNatsBus({ url, name: "a", ...user, onStatus: (s) => statuses.push(s) });
  const received: Uint8Array[] = [];
  bus.subscribe("t.theirs", (payload) => void received.push(payload));
  await eventually("it was refused", () => statuses.some(({ type }) => type === "error"));
  await refusing.stop();
  await using _granting = await startNatsServer({
    port,
    configuration: RIGHTS.replaceAll("t.mine", "t.theirs"),
  });
  const other = await connectNatsBus({ url, name: "b", ...user });
  await eventually("it hears", () => {
    if (other.connected) other.publish("t.theirs", WORD);
    return received.length > 0;
  });
  await Promise.all([bus.close(), other.close()]);
});
