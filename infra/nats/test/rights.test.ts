import type { TestNatsServer } from "@meerkat/bus/testing";
import type { Row } from "@meerkat/datadriven";
import { runTables } from "@meerkat/datadriven";
import { afterAll, beforeAll, expect, test } from "vitest";
import { ROLES, type Role } from "../src/index.ts";
import { RoleBus, startSecuredServer } from "./secured-server.ts";

let server: TestNatsServer & AsyncDisposable;
const roles = new Map<Role, RoleBus>();

beforeAll(async () => {
  server = await startSecuredServer();
  for (const role of ROLES) roles.set(role, await RoleBus.connect(server, role));
});

afterAll(async () => {
  await Promise.all([...roles.values()].map(({ bus }) => bus.close()));
  await server.stop();
});

/** Asks the server: does it take a publish, does it take a subscription? */
async function rightsOf(role: Role, subject: string): Promise<string> {
  const user = roles.get(role);
  if (user === undefined) throw new Error(`${role} is not connected`);
  const isOneSubject = !/[*>]/.test(subject);
  if (isOneSubject) user.bus.publish(subject, new Uint8Array(0));
  const subscription = user.bus.subscribe(subject, () => undefined);
  await user.settle();
  subscription.unsubscribe();
  const rights = [
    ...(isOneSubject && !user.wasRefused("publish", subject) ? ["pub"] : []),
    ...(user.wasRefused("subscribe", subject) ? [] : ["sub"]),
  ];
  return rights.length === 0 ? "-" : rights.join("+");
}

runTables(`${import.meta.dirname}/tables`, () => async ({ name }: Row) => {
  const cells: string[] = [];
  for (const role of ROLES) cells.push(await rightsOf(role, name));
  return cells;
});

test("no account hears another one, whatever the name of the ensemble", async () => {
  const watcher = roles.get("watcher");
  const replica = roles.get("replica");
  const stranger = await RoleBus.connect(server, "replica", "other-");
  const heard: string[] = [];
  watcher?.bus.subscribe("meerkat.*.watch.>", (_payload, subject) => void heard.push(subject));
  await watcher?.settle();
  for (const ensemble of ["main", "other"]) {
    stranger.bus.publish(`meerkat.${ensemble}.watch.secret`, new Uint8Array(0));
  }
  await stranger.settle();
  // A subscriber hears publishers in the order in which the server heard them.
  replica?.bus.publish("meerkat.main.watch.last", new Uint8Array(0));
  await replica?.settle();
  await watcher?.settle();
  expect(heard).toEqual(["meerkat.main.watch.last"]);
  await stranger.bus.close();
});
