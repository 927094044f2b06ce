import type { Stack } from "@meerkat/local";
import { Client } from "undici";
import { makeNodes, withStack } from "./bench-stack.ts";
import { nodePath } from "./workloads.ts";

const WRITERS = 8;
/** Servers report once a second. */
const REPORT_FRESH_MS = 1_500;

interface Cluster {
  readonly servers: readonly {
    readonly name: string;
    readonly role: string;
    readonly established: boolean;
    readonly ageMs: number;
    readonly startedAt: string;
  }[];
}

type Server = Cluster["servers"][number];

/**
 * How long acknowledged writes stop when the leader is killed (SIGKILL) or hangs (SIGSTOP): the longest
 * gap between two acknowledgements, seen by closed-loop writers on both gateways.
 */
export async function benchFailover(rounds: number): Promise<void> {
  await withStack(async (stack) => {
    await makeNodes(stack.urls[0] ?? "");
    for (const signal of ["SIGKILL", "SIGSTOP"] as const) {
      const pauses: number[] = [];
      for (let round = 0; round < rounds; round += 1) {
        const leader = await leaderOf(stack.urls[0] ?? "");
        const pauseMs = await longestPause(
          stack.urls,
          () => void stack.process(leader.name).signal(signal),
        );
        pauses.push(Math.round(pauseMs));
        stack.process(leader.name).signal("SIGCONT");
        const isBack = (server: Server): boolean =>
          server.name !== leader.name ||
          signal !== "SIGKILL" ||
          server.startedAt !== leader.startedAt;
        await allServing(stack, isBack);
      }
      pauses.sort((a, b) => a - b);
      process.stdout.write(`leader ${signal}: no acknowledged write for ms ${pauses.join(" ")}\n`);
    }
  });
}

async function longestPause(urls: readonly string[], fault: () => void): Promise<number> {
  let [last, longest, writes, running] = [performance.now(), 0, 0, true];
  const errors: number[] = [];
  const loops = Array.from({ length: WRITERS }, async (_, i) => {
    const client = new Client(urls[i % urls.length] ?? "");
    while (running) {
      const request = {
        method: "PUT",
        path: `/v1/znodes${nodePath(i)}`,
        body: '{"data":"x"}',
      } as const;
      const response = await client.request({
        ...request,
        headers: { "content-type": "application/json" },
      });
      await response.body.dump();
      if (response.statusCode !== 200) errors.push(response.statusCode);
      const now = performance.now();
      longest = Math.max(longest, now - last);
      last = now;
      writes += 1;
    }
    await client.close();
  });
  await waitFor(() => writes > 200);
  longest = 0;
  fault();
  const goal = writes + 1_000;
  await waitFor(() => writes > goal);
  running = false;
  await Promise.all(loops);
  if (errors.length > 0) process.stdout.write(`  errors seen by clients: ${errors.join(" ")}\n`);
  return longest;
}

async function leaderOf(url: string): Promise<Server> {
  for (;;) {
    const cluster = (await (await fetch(`${url}/v1/cluster`)).json()) as Cluster;
    const leader = cluster.servers.find(
      ({ role, established }) => role === "LEADING" && established,
    );
    if (leader !== undefined) return leader;
    await sleep(50);
  }
}

/** Every server is heard of, follows, and is the run that came after the fault. */
async function allServing(stack: Stack, isBack: (server: Server) => boolean): Promise<void> {
  const url = stack.urls[0] ?? "";
  const expected = stack.options.replicas + stack.options.gateways;
  for (;;) {
    const { servers } = (await (await fetch(`${url}/v1/cluster`)).json()) as Cluster;
    const back = servers.filter(
      (server) => server.established && server.ageMs < REPORT_FRESH_MS && isBack(server),
    );
    if (back.length === expected) break;
    await sleep(100);
  }
  // The next fault meets an ensemble that has come to rest.
  await sleep(1_000);
}

async function waitFor(holds: () => boolean): Promise<void> {
  while (!holds()) await sleep(20);
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
