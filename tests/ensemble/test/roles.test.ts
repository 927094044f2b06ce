import { readFileSync } from "node:fs";
import { readStream } from "@meerkat/bus/testing";
import { accessConfiguration, passwordVariable, ROLES, roleEnvironment } from "@meerkat/nats";
import {
  changesOfLog,
  changesOfStream,
  FAULTLESS,
  inspectLog,
  until,
  verify,
  Writers,
} from "@meerkat/workload";
import { expect, it } from "vitest";
import { Ensemble } from "../src/ensemble.ts";

/** infra/nats has who may do what; here is what the services need of it, a change of leaders included. */
it("an ensemble serves while each process may do only what its role needs", async () => {
  for (const role of ROLES) process.env[passwordVariable(role)] = JSON.stringify(`of ${role}`);
  await using ensemble = await Ensemble.start({
    natsConfiguration: accessConfiguration(),
    environmentOf: {
      replica: roleEnvironment("replica", "of replica"),
      election: roleEnvironment("elector", "of elector"),
      gateway: {
        ...roleEnvironment("gateway", "of gateway"),
        // So few that the beginning is soon in JetStream alone.
        MEERKAT_WATCH_RECENT_CHANGES_MAX: "16",
      },
    },
  });
  await using client = ensemble.client();
  await client.create("/load", "");
  const writers = new Writers({ urls: ensemble.stack.urls, parent: "/load", count: 16 });
  await until("200 writes", () => (writers.acknowledged.length >= 200 ? true : undefined));
  const old = await ensemble.leader();
  ensemble.stack.process(old).signal("SIGKILL");
  const goal = writers.acknowledged.length + 200;
  await until("writes go on", () => (writers.acknowledged.length >= goal ? true : undefined));
  await writers.stop();

  expect(writers.complaints).toEqual([]);
  expect(await verify(client, "/load", writers.acknowledged)).toEqual(FAULTLESS);
  await client.get("/load", "?consistency=linearizable");
  const { digests } = await ensemble.converged();
  expect(digests.size).toBe(1);
  const events = await eventsOf(ensemble, writers.acknowledged.length + 1);
  expect(await firstWatchedChange(ensemble)).toMatchObject({
    path: "/load/n-0000000000",
    type: "NodeCreated",
  });
  const follower = await ensemble.follower();
  await ensemble.stack.process(follower).stop(8_000);
  expect(events).toEqual(changesOfLog(inspectLog(ensemble.dataDir, follower)));
  expect(refusals(ensemble)).toEqual([]);
});

/** The stream of watch events, as a watcher may read it. */
async function eventsOf(ensemble: Ensemble, count: number) {
  const url = `nats://127.0.0.1:${ensemble.stack.options.natsPort}`;
  const watcher = { user: "watcher", pass: "of watcher" };
  const messages = await until(`${count} events are in the stream`, async () => {
    const all = await readStream(url, "meerkat_local_watch", watcher);
    return all.length >= count ? all : undefined;
  });
  return changesOfStream(messages);
}

/** A client that comes back after long: its gateway has to ask JetStream. */
async function firstWatchedChange(ensemble: Ensemble): Promise<unknown> {
  const [url] = ensemble.stack.urls;
  const path = "/v1/watch?path=/load&recursive=true&after=0x100000002";
  const answer = await fetch(`${url}${path}`);
  if (answer.status !== 200) throw new Error(await answer.text());
  const decoder = new TextDecoder();
  let text = "";
  for await (const bytes of answer.body ?? []) {
    text += decoder.decode(bytes, { stream: true });
    const data = /^data: (.*)\n/m.exec(text)?.[1];
    // Leaving the loop ends the stream.
    if (data !== undefined) return JSON.parse(data);
  }
  throw new Error(`the stream of events ended with ${text}`);
}

/** What any process, or the server, wrote of a right that was missing. */
function refusals(ensemble: Ensemble): readonly string[] {
  const { names, folder } = ensemble.stack;
  const lines = names.flatMap((name) => readFileSync(folder.logFile(name), "utf8").split("\n"));
  return lines.filter((line) => /does not let|Violation/.test(line));
}
