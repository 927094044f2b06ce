import { type ChildProcessByStdio, spawn } from "node:child_process";
import { createInterface } from "node:readline";
import type { Readable, Writable } from "node:stream";
import type { Launch } from "./clients/client.ts";
import type { Json, ScenarioName, Step } from "./step.ts";
import type { Target } from "./targets/target.ts";

/** What a driver prints, one JSON object per line; other lines are its client's own and are passed by. */
type Line =
  | (ScenarioName & { readonly step?: undefined; readonly ask?: undefined })
  | { readonly scenario: string; readonly step: string; readonly outcome: Json }
  | { readonly ask: keyof typeof DEEDS; readonly port?: number };

/** What a driver may have done to its target; a line on its standard input says that it is done. */
const DEEDS = {
  kill: (target: Target, port: number) => target.kill(port),
  start: (target: Target, port: number) => target.start(port),
  "kill-leader": (target: Target) => target.killLeader(),
  "start-leader": (target: Target) => target.startLeader(),
} as const;

/** Longer than any scenario waits for what it waits for. */
const DEADLINE_MS = 240_000;

/** The scenarios that a driver knows. */
export async function listScenarios(launch: Launch): Promise<ScenarioName[]> {
  const names: ScenarioName[] = [];
  await drive(launch, ["--list"], async (line) => {
    if ("disruptive" in line) names.push({ scenario: line.scenario, disruptive: line.disruptive });
    return undefined;
  });
  return names;
}

/** Runs scenarios one after the other in one process of the client; their steps as they were printed. */
export async function runScenarios(
  launch: Launch,
  connectString: string,
  names: readonly string[],
  target: Target,
): Promise<Map<string, Step[]>> {
  const outcomes = new Map<string, Step[]>(names.map((name) => [name, []]));
  const ended = await drive(launch, [connectString, ...names], async (line) => {
    if ("ask" in line && line.ask !== undefined) {
      await DEEDS[line.ask](target, line.port ?? 0);
      return {};
    }
    if ("outcome" in line) {
      outcomes.get(line.scenario)?.push({ step: line.step, outcome: line.outcome });
    }
    return undefined;
  });
  if (ended !== 0) {
    const last = names.findLast((name) => (outcomes.get(name)?.length ?? 0) > 0) ?? names[0] ?? "";
    outcomes.get(last)?.push({ step: "the driver ended", outcome: String(ended) });
  }
  return outcomes;
}

type Handler = (line: Line) => Promise<unknown>;

/** @returns its exit code, or what ended it. */
async function drive(
  { command, args }: Launch,
  further: readonly string[],
  handle: Handler,
): Promise<number | string> {
  const child: ChildProcessByStdio<Writable, Readable, null> = spawn(
    command,
    [...args, ...further],
    {
      stdio: ["pipe", "pipe", "ignore"],
    },
  );
  const ended = new Promise<number | string>((resolve) => {
    child.on("error", (error) => resolve(error.message));
    child.on("exit", (code, signal) => resolve(code ?? signal ?? "unknown"));
  });
  const timer = setTimeout(() => child.kill("SIGKILL"), DEADLINE_MS);
  child.stdin.on("error", () => undefined);
  try {
    for await (const text of createInterface({ input: child.stdout })) {
      const line = parse(text);
      if (line === undefined) continue;
      const answer = await handle(line);
      if (answer !== undefined) child.stdin.write(`${JSON.stringify(answer)}\n`);
    }
    return await ended;
  } finally {
    clearTimeout(timer);
    child.kill("SIGKILL");
  }
}

function parse(text: string): Line | undefined {
  if (!text.startsWith("{")) return undefined;
  try {
    return JSON.parse(text) as Line;
  } catch {
    return undefined;
  }
}
