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
  }[];
}

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
          () => void stack.process(leader).signal(signal),
        );
        pauses.push(Math.round(pauseMs));
        stack.process(leader).signal("SIGCONT");
        await allServing(stack.urls[0] ?? "", stack.options.replicas + stack.options.gateways);
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

async function leaderOf(url: string): Promise<string> {
  for (;;) {
    const cluster = (await (await fetch(`${url}/v1/cluster`)).json()) as Cluster;
    const leader = cluster.servers.find(
      ({ role, established }) => role === "LEADING" && established,
    );
    if (leader !== undefined) return leader.name;
    await sleep(50);
  }
}

async function allServing(url: string, servers: number): Promise<void> {
  for (;;) {
    const cluster = (await (await fetch(`${url}/v1/cluster`)).json()) as Cluster;
    if (cluster.servers.filter(isBack).length === servers) break;
    await sleep(100);
  }
  // The next fault meets an ensemble that has come to rest.
  await sleep(1_000);
}

/** The last word of a process that died still says that all is well, until it is old. */
function isBack({ established, ageMs }: Cluster["servers"][number]): boolean {
  return established && ageMs < REPORT_FRESH_MS;
}

async function waitFor(holds: () => boolean): Promise<void> {
  while (!holds()) await sleep(20);
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
