import { createInterface, type Interface } from "node:readline";

/** What every scenario of a client in JavaScript uses; the programs in other languages have the same. */

export const DEADLINE_MS = 30_000;

export interface Scenario<C> {
  readonly body: (context: C) => Promise<void>;
  readonly disruptive?: boolean;
}

export type Scenarios<C> = Readonly<Record<string, Scenario<C>>>;

export function emit(line: object): void {
  process.stdout.write(`${JSON.stringify(line)}\n`);
}

let input: AsyncIterator<string> | undefined;
let reader: Interface | undefined;

/** Has the harness kill or start a server; resolves when that is done. */
export async function ask(what: string, port = 0): Promise<void> {
  reader ??= createInterface({ input: process.stdin });
  input ??= reader[Symbol.asyncIterator]();
  emit({ ask: what, port });
  await input.next();
}

/** Waits for a condition; false when it never came. */
export async function until(look: () => boolean, deadlineMs = DEADLINE_MS): Promise<boolean> {
  const endMs = Date.now() + deadlineMs;
  while (!look()) {
    if (Date.now() > endMs) return false;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  return true;
}

/** Records steps of one scenario. */
export class Recorder {
  readonly scenario: string;
  readonly #nameOf: (error: unknown) => string;

  constructor(scenario: string, nameOf: (error: unknown) => string) {
    this.scenario = scenario;
    this.#nameOf = nameOf;
  }

  /** Does it and records how it ended: a value, or the name of the error. */
  async step(name: string, action: () => unknown): Promise<unknown> {
    try {
      const value = await action();
      this.record(name, value);
      return value;
    } catch (error) {
      this.record(name, { error: this.#nameOf(error) });
      return error;
    }
  }

  record(step: string, outcome: unknown): void {
    emit({ scenario: this.scenario, step, outcome: outcome === undefined ? null : outcome });
  }
}

/** Watch events in the order in which they came. */
export class Events {
  #seen: object[] = [];

  add(event: object): void {
    this.#seen.push(event);
  }

  /** Waits for so many, and takes all that have come. */
  async take(count: number): Promise<object[]> {
    await until(() => this.#seen.length >= count);
    const taken = this.#seen;
    this.#seen = [];
    return taken;
  }

  /** The same, where the order is not promised. */
  async takeSorted(count: number): Promise<object[]> {
    const taken = await this.take(count);
    return taken.sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
  }
}

/** `--list`, or a connect string and names of scenarios. */
export async function main<C extends { close(): Promise<void> }>(
  scenarios: Scenarios<C>,
  open: (scenario: string, hosts: string) => Promise<C>,
): Promise<never> {
  const [first = "", ...names] = process.argv.slice(2);
  if (first === "--list") {
    for (const [scenario, { disruptive = false }] of Object.entries(scenarios)) {
      emit({ scenario, disruptive });
    }
  }
  for (const scenario of first === "--list" ? [] : names) {
    try {
      const context = await open(scenario, first);
      await scenarios[scenario]?.body(context);
      await context.close();
    } catch (error) {
      const outcome = error instanceof Error ? error.message : String(error);
      emit({ scenario, step: "crashed", outcome });
    }
  }
  // What was printed leaves before the timers of clients that nobody closed could keep the process.
  await new Promise<void>((resolve) => process.stdout.write("", () => resolve()));
  process.exit(0);
}
