import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import {
  type Bus,
  BusClosed,
  connectNatsBus,
  InvalidSubject,
  MemoryHub,
  PayloadTooLarge,
  requireMaxPayload,
} from "../src/index.ts";
import { eventually, startNatsServer, type TestNatsServer } from "../test-support/index.ts";

const MAX_PAYLOAD_BYTES = 2 * 2 ** 20;

interface World {
  connect(name: string): Promise<Bus>;
}

function bytes(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

function text(payload: Uint8Array): string {
  return new TextDecoder().decode(payload);
}

function collect(bus: Bus, subject: string): string[] {
  const received: string[] = [];
  bus.subscribe(subject, (payload, at) => void received.push(`${at} ${text(payload)}`));
  return received;
}

/** What every Bus promises, whichever it is. */
function contract(world: () => World): void {
  const open: Bus[] = [];
  const connect = async (name: string) => {
    const bus = await world().connect(name);
    open.push(bus);
    return bus;
  };

  afterEach(async () => {
    await Promise.all(open.splice(0).map((bus) => bus.close()));
  });

  test("delivers one publisher's messages in order, across subjects", async () => {
    const [alice, bob] = [await connect("alice"), await connect("bob")];
    const received: string[] = [];
    bob.subscribe("t.a", (payload) => void received.push(text(payload)));
    bob.subscribe("t.b", (payload) => void received.push(text(payload)));
    await bob.flush();
    const sent = Array.from({ length: 500 }, (_, n) => String(n));
    for (const [n, word] of sent.entries()) alice.publish(n % 2 ? "t.a" : "t.b", bytes(word));
    await eventually("all arrived", () => received.length === sent.length);
    expect(received).toEqual(sent);
  });

  test("does not let a publisher hear itself", async () => {
    const [alice, bob] = [await connect("alice"), await connect("bob")];
    const [atAlice, atBob] = [collect(alice, "t.>"), collect(bob, "t.>")];
    await Promise.all([alice.flush(), bob.flush()]);
    alice.publish("t.x", bytes("from alice"));
    bob.publish("t.x", bytes("from bob"));
    await eventually("both arrived", () => atAlice.length + atBob.length === 2);
    expect(atAlice).toEqual(["t.x from bob"]);
    expect(atBob).toEqual(["t.x from alice"]);
  });

  test("matches wildcards as NATS does", async () => {
    const [alice, bob] = [await connect("alice"), await connect("bob")];
    const [one, rest] = [collect(bob, "w.*.c"), collect(bob, "w.>")];
    await bob.flush();
    for (const subject of ["w.b.c", "w", "w.b", "w.b.b.c", "v.b.c"]) {
      alice.publish(subject, bytes("!"));
    }
    await eventually("the last matching one arrived", () => rest.includes("w.b.b.c !"));
    expect(one).toEqual(["w.b.c !"]);
    expect(rest).toEqual(["w.b.c !", "w.b !", "w.b.b.c !"]);
  });

  test("calls no handler before subscribe has returned, nor within publish", async () => {
    const [alice, bob] = [await connect("alice"), await connect("bob")];
    let inside = true;
    let early = 0;
    let received = 0;
    bob.subscribe("t.x", () => {
      received += 1;
      if (inside) early += 1;
    });
    inside = false;
    await bob.flush();
    inside = true;
    alice.publish("t.x", bytes("x"));
    inside = false;
    await eventually("it arrived", () => received === 1);
    expect(early).toBe(0);
  });

  test("stops delivering after unsubscribe and after close", async () => {
    const [alice, bob, carol] = [
      await connect("alice"),
      await connect("bob"),
      await connect("carol"),
    ];
    const received: string[] = [];
    const subscription = bob.subscribe("t.x", (payload) => void received.push(text(payload)));
    const atCarol = collect(carol, "t.x");
    await Promise.all([bob.flush(), carol.flush()]);
    alice.publish("t.x", bytes("1"));
    await eventually("the first arrived", () => received.length === 1 && atCarol.length === 1);
    subscription.unsubscribe();
    await bob.flush();
    alice.publish("t.x", bytes("2"));
    await eventually("the second arrived at carol", () => atCarol.length === 2);
    await carol.close();
    alice.publish("t.x", bytes("3"));
    await alice.flush();
    expect(received).toEqual(["1"]);
    expect(atCarol).toEqual(["t.x 1", "t.x 2"]);
  });

  test("sends what is buffered before it closes", async () => {
    const [alice, bob] = [await connect("alice"), await connect("bob")];
    const received = collect(bob, "t.x");
    await bob.flush();
    alice.publish("t.x", bytes("last words"));
    await alice.close();
    await eventually("they arrived", () => received.length === 1);
    expect(alice.connected).toBe(false);
    expect(() => alice.publish("t.x", bytes("ghost"))).toThrow(BusClosed);
  });

  test("carries empty and largest messages, and refuses larger ones", async () => {
    const [alice, bob] = [await connect("alice"), await connect("bob")];
    const lengths: number[] = [];
    bob.subscribe("t.x", (payload) => void lengths.push(payload.length));
    await bob.flush();
    expect(alice.maxPayloadBytes).toBe(MAX_PAYLOAD_BYTES);
    alice.publish("t.x", new Uint8Array(0));
    alice.publish("t.x", new Uint8Array(MAX_PAYLOAD_BYTES));
    expect(() => alice.publish("t.x", new Uint8Array(MAX_PAYLOAD_BYTES + 1))).toThrow(
      PayloadTooLarge,
    );
    await eventually("both arrived", () => lengths.length === 2);
    expect(lengths).toEqual([0, MAX_PAYLOAD_BYTES]);
  });

  test("says what to configure when messages could not fit", async () => {
    const alice = await connect("alice");
    expect(() => requireMaxPayload(alice, MAX_PAYLOAD_BYTES)).not.toThrow();
    expect(() => requireMaxPayload(alice, MAX_PAYLOAD_BYTES + 1)).toThrow(/max_payload: 3MB/);
  });

  test.each(["", "a..b", ".a", "a.", "a b", "a.*", "a.>"])(
    "refuses to publish to %j",
    async (subject) => {
      const alice = await connect("alice");
      expect(() => alice.publish(subject, bytes("x"))).toThrow(InvalidSubject);
    },
  );

  test.each(["", "a..b", "a b", "a.>.b", "a>"])("refuses to subscribe to %j", async (filter) => {
    const alice = await connect("alice");
    expect(() => alice.subscribe(filter, () => undefined)).toThrow(InvalidSubject);
  });
}

describe("MemoryBus", () => {
  const hub = new MemoryHub({ maxPayloadBytes: MAX_PAYLOAD_BYTES });
  contract(() => ({ connect: async (name) => hub.connect(name) }));
});

describe("NatsBus", () => {
  let server: TestNatsServer;
  beforeAll(async () => {
    server = await startNatsServer({ maxPayloadBytes: MAX_PAYLOAD_BYTES });
  });
  afterAll(() => server.stop());
  contract(() => ({ connect: (name) => connectNatsBus({ url: server.url, name }) }));
});
