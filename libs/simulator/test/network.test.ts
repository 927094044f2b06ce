import { expect, test } from "vitest";
import { Clock } from "../src/clock.ts";
import { Network } from "../src/network.ts";
import type { NetworkOptions } from "../src/options.ts";
import { Prng } from "../src/prng.ts";

const GOOD: NetworkOptions = {
  delayMinUs: 10,
  delayMeanUs: 1_000,
  spike: 0,
  spikeMeanUs: 0,
  drop: 0,
  duplicate: 0,
  duplicateMeanUs: 0,
  ordered: "connection",
};

function start(options: Partial<NetworkOptions> = {}) {
  const clock = new Clock();
  const heard: { readonly to: number; readonly message: number }[] = [];
  const network = new Network<number>(
    clock,
    new Prng(1, "network"),
    { ...GOOD, ...options },
    (_from, to, message) => heard.push({ to, message }),
  );
  const settle = () => {
    while (clock.step());
    return heard.splice(0).map(({ message }) => message);
  };
  return { network, settle };
}

const NUMBERS = Array.from({ length: 200 }, (_, index) => index);

test("what one process sends to another keeps its order", () => {
  const { network, settle } = start();
  for (const number of NUMBERS) {
    network.send(1, 2, number % 2 === 0 ? "commit" : "proposal", number);
  }
  expect(settle()).toEqual(NUMBERS);
});

test("ordered by subject, messages of different subjects overtake each other", () => {
  const { network, settle } = start({ ordered: "subject" });
  for (const number of NUMBERS) {
    network.send(1, 2, number % 2 === 0 ? "commit" : "proposal", number);
  }
  const heard = settle();
  expect(heard).not.toEqual(NUMBERS);
  const even = heard.filter((number) => number % 2 === 0);
  expect(even).toEqual(NUMBERS.filter((number) => number % 2 === 0));
});

test("drops lose some messages and keep the order of the others", () => {
  const { network, settle } = start({ drop: 0.3 });
  for (const number of NUMBERS) network.send(1, 2, "peer", number);
  const heard = settle();
  expect(heard.length).toBe(NUMBERS.length - network.counts.dropped);
  expect(network.counts.dropped).toBeGreaterThan(20);
  expect(heard).toEqual([...heard].sort((one, other) => one - other));
});

test("duplicates come a second time, later", () => {
  const { network, settle } = start({ duplicate: 0.3, duplicateMeanUs: 100_000 });
  for (const number of NUMBERS) network.send(1, 2, "peer", number);
  const heard = settle();
  expect(heard.length).toBe(NUMBERS.length + network.counts.duplicated);
  expect(network.counts.duplicated).toBeGreaterThan(20);
  expect(new Set(heard).size).toBe(NUMBERS.length);
});

test("a cut works one way and until it is healed", () => {
  const { network, settle } = start();
  const cut = network.cut([[1, 2]]);
  network.send(1, 2, "peer", 1);
  network.send(2, 1, "peer", 2);
  expect(settle()).toEqual([2]);
  network.heal(cut);
  network.send(1, 2, "peer", 3);
  expect(settle()).toEqual([3]);
});

test("a link that two cuts have cut stays cut until both are healed", () => {
  const { network, settle } = start();
  const first = network.cut([[1, 2]]);
  const second = network.cut([[1, 2]]);
  network.heal(first);
  network.send(1, 2, "peer", 1);
  expect(settle()).toEqual([]);
  network.heal(second);
  network.send(1, 2, "peer", 2);
  expect(settle()).toEqual([2]);
});

test("a healed network loses nothing more", () => {
  const { network, settle } = start({ drop: 0.9, duplicate: 0.5 });
  network.cut([[1, 2]]);
  network.storm = 0.5;
  network.healAll();
  for (const number of NUMBERS) network.send(1, 2, "peer", number);
  expect(settle()).toEqual(NUMBERS);
});
