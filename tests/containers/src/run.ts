import { type Acknowledged, agreementOf, type Complaint, until, verify } from "@meerkat/workload";
import { ComposeStack, REPLICAS } from "./compose-stack.ts";
import { FAULTS, type Fault, GROWTH } from "./faults.ts";
import { brokenPromises } from "./hardening.ts";
import { allHealthy } from "./health.ts";
import { firstDifference, missingIn, readLogs } from "./histories.ts";
import { buildImages } from "./images.ts";
import type { Options } from "./options.ts";
import type { Report } from "./report.ts";
import type { Tools } from "./tools.ts";
import { unlikeLog, watchEvents } from "./watch-stream.ts";
import { PARENT, World } from "./world.ts";

/** The whole test; what it finds is in the report. @throws Error when a step does not come to its end. */
export async function takeApart(tools: Tools, options: Options, report: Report): Promise<void> {
  if (options.build) {
    for (const { name, sizeBytes, seconds } of await buildImages(tools)) {
      report.step(`image ${name}`, seconds, `${(sizeBytes / 1e6).toFixed(0)} MB`);
    }
  }
  const stack = await report.timed("up", () => ComposeStack.up(tools));
  try {
    await report.timed("serves", async () => {
      for (const url of await stack.urls()) await stack.ready(url);
    });
    await report.timed("every health check says yes", () => allHealthy(stack));
    report.mustBeNone(
      "promises of docker-compose.yml that are broken",
      await brokenPromises(stack),
    );
    await underLoad(stack, options, report);
  } finally {
    if (options.keep) report.note(`left running as project ${stack.project}`);
    else
      report.mustBeNone(
        "containers or volumes left behind",
        await report.timed("down", () => stack.down()),
      );
  }
}

async function underLoad(stack: ComposeStack, options: Options, report: Report): Promise<void> {
  await using world = await report.timed("load", () => World.start(stack, options.writers));
  for (let round = 0; round < options.rounds; round += 1) {
    for (const fault of FAULTS) await happens(fault, world, report);
  }
  await happens(GROWTH, world, report);
  await world.writers.stop();
  await judge(world, report);
}

async function happens(fault: Fault, world: World, report: Report): Promise<void> {
  const sinceMs = performance.now();
  const detail = await report.timed(fault.name, () => fault.run(world));
  const pauseMs = Math.round(world.writers.longestPauseMs(sinceMs));
  report.note(`${detail}; longest pause of all writers together ${pauseMs} ms`);
}

async function judge({ stack, client, writers, gateways }: World, report: Report): Promise<void> {
  const { acknowledged, complaints, broken } = writers;
  report.note(`${acknowledged.length} writes acknowledged, ${broken} connections broke under one`);
  report.mustBeNone("answers that were no acknowledgement", complaints.map(described));
  const { missing, doubled, misplaced } = await verify(client, PARENT, acknowledged);
  report.mustBeNone("acknowledged writes that are missing", missing);
  report.mustBeNone("writes that happened twice", doubled);
  report.mustBeNone("writes elsewhere than acknowledged", misplaced);
  const events = await report.timed("watch events read", () => watchEvents(stack, client));
  const count = REPLICAS.length + gateways;
  const agreed = await until("all have applied the same", () => agreementOf(client, count));
  report.note(
    `${count} servers have applied ${agreed.zxid}, digest ${[...agreed.digests].join(" ")}`,
  );
  report.mustBeNone("further digests", [...agreed.digests].slice(1));
  await endInOrder(stack, report);
  await judgeLogs(stack, { acknowledged, events }, report);
}

async function endInOrder(stack: ComposeStack, report: Report): Promise<void> {
  const stops = REPLICAS.map(async (name) => [name, await stack.container(name).stop()] as const);
  const codes = await report.timed("the replicas end in order", () => Promise.all(stops));
  const bad = codes.filter(([, code]) => code !== 0).map(([name, code]) => `${name} with ${code}`);
  report.mustBeNone("replicas that ended badly", bad);
}

async function judgeLogs(
  stack: ComposeStack,
  seen: { readonly acknowledged: readonly Acknowledged[]; readonly events: readonly string[] },
  report: Report,
): Promise<void> {
  const logs = await report.timed("volumes read", () => readLogs(stack));
  for (const [replica, log] of logs) {
    report.note(`${replica}: ${log.length} transactions, up to ${log.at(-1)?.zxid}`);
    report.mustBeNone("acknowledged writes missing from it", missingIn(log, seen.acknowledged));
  }
  const difference = firstDifference([...logs.values()]);
  report.mustBeNone("differences between the logs", difference === undefined ? [] : [difference]);
  const [log = []] = logs.values();
  report.note(`${seen.events.length} watch events kept by JetStream`);
  report.mustBeNone(
    "watch events missing, doubled or at another place",
    unlikeLog(seen.events, log),
  );
}

const described = ({ url, status, body }: Complaint): string =>
  `${url}: ${status} ${JSON.stringify(body)}`;
