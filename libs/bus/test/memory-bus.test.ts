import { expect, test } from "vitest";
import { MemoryHub } from "../src/index.ts";

const WORD = new TextEncoder().encode("word");

test("pump delivers only when told, including what handlers publish", () => {
  const hub = new MemoryHub({ delivery: "pump" });
  const [alice, bob] = [hub.connect("alice"), hub.connect("bob")];
  const heard: string[] = [];
  bob.subscribe("ping", () => {
    heard.push("bob: ping");
    bob.publish("pong", WORD);
  });
  alice.subscribe("pong", () => void heard.push("alice: pong"));
  alice.publish("ping", WORD);
  expect(heard).toEqual([]);
  expect(hub.pump()).toBe(2);
  expect(heard).toEqual(["bob: ping", "alice: pong"]);
});

test("drop loses a message for one receiver only", () => {
  const hub = new MemoryHub({ delivery: "pump", drop: (_, to) => to === "bob" });
  const [alice, bob, carol] = [hub.connect("alice"), hub.connect("bob"), hub.connect("carol")];
  const heard: string[] = [];
  bob.subscribe("x", () => void heard.push("bob"));
  carol.subscribe("x", () => void heard.push("carol"));
  alice.publish("x", WORD);
  hub.pump();
  expect(heard).toEqual(["carol"]);
});

test("a bus that is cut off neither sends nor hears", () => {
  const hub = new MemoryHub({ delivery: "pump" });
  const [alice, bob] = [hub.connect("alice"), hub.connect("bob")];
  let heard = 0;
  bob.subscribe("x", () => {
    heard += 1;
  });
  alice.setConnected(false);
  alice.publish("x", WORD);
  hub.pump();
  alice.setConnected(true);
  bob.setConnected(false);
  alice.publish("x", WORD);
  hub.pump();
  expect(heard).toBe(0);
  bob.setConnected(true);
  alice.publish("x", WORD);
  hub.pump();
  expect(heard).toBe(1);
});
