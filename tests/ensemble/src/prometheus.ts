import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { freePorts, until } from "@meerkat/workload";

const CONFIGURATION = resolve(import.meta.dirname, "../../../infra/prometheus");

/** Debian's package `prometheus` has both. */
export const hasPrometheus = ["prometheus", "promtool"].every(
  (program) => spawnSync(program, ["--version"]).status === 0,
);

export interface Target {
  readonly job: string;
  readonly instance: string;
  readonly address: string;
}

export interface Rule {
  readonly name: string;
  readonly type: "recording" | "alerting";
  readonly query: string;
  readonly health: string;
  readonly lastError?: string;
}

/** A real Prometheus with the configuration of infra/prometheus, every second instead of every 15, and other targets. */
export class Prometheus implements AsyncDisposable {
  readonly #process: ChildProcess;
  readonly #folder: string;
  readonly #url: string;

  private constructor(process: ChildProcess, folder: string, port: number) {
    this.#process = process;
    this.#folder = folder;
    this.#url = `http://127.0.0.1:${port}`;
  }

  static async start(targets: readonly Target[]): Promise<Prometheus> {
    const folder = mkdtempSync(join(tmpdir(), "meerkat-prometheus-"));
    const port = await freePorts(1);
    writeConfiguration(folder, targets, port);
    const args = [
      `--config.file=${join(folder, "prometheus.yml")}`,
      `--storage.tsdb.path=${join(folder, "data")}`,
      `--web.listen-address=127.0.0.1:${port}`,
    ];
    const started = new Prometheus(spawn("prometheus", args, { stdio: "ignore" }), folder, port);
    await until("Prometheus answers", async () => {
      const answer = await fetch(`${started.#url}/-/ready`).catch(() => undefined);
      return answer?.ok === true ? true : undefined;
    });
    return started;
  }

  /** How many series a query gives now. @throws Error with what Prometheus says of a query that it refuses. */
  async seriesOf(query: string): Promise<number> {
    const answer = await this.#ask<{ readonly result: readonly unknown[] }>(
      `query?query=${encodeURIComponent(query)}`,
    );
    return answer.result.length;
  }

  async rules(): Promise<readonly Rule[]> {
    const { groups } = await this.#ask<{
      readonly groups: readonly { readonly rules: readonly Rule[] }[];
    }>("rules");
    return groups.flatMap(({ rules }) => rules);
  }

  /** Instances that were scraped well, by name. */
  async scraped(): Promise<readonly string[]> {
    const { activeTargets } = await this.#ask<{
      readonly activeTargets: readonly {
        readonly health: string;
        readonly labels: { readonly instance: string };
      }[];
    }>("targets?state=active");
    return activeTargets
      .filter(({ health }) => health === "up")
      .map(({ labels }) => labels.instance);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const ended = once(this.#process, "exit");
    this.#process.kill("SIGTERM");
    await ended;
    rmSync(this.#folder, { recursive: true, force: true });
  }

  async #ask<T>(what: string): Promise<T> {
    const answer = await fetch(`${this.#url}/api/v1/${what}`);
    const { status, data, error } = (await answer.json()) as {
      status: string;
      data: T;
      error?: string;
    };
    if (status !== "success")
      throw new Error(`Prometheus: ${error ?? status} (${decodeURIComponent(what)})`);
    return data;
  }
}

function writeConfiguration(folder: string, targets: readonly Target[], port: number): void {
  cpSync(join(CONFIGURATION, "rules"), join(folder, "rules"), { recursive: true });
  mkdirSync(join(folder, "targets"));
  const text = readFileSync(join(CONFIGURATION, "prometheus.yml"), "utf8")
    .replaceAll(/_interval: 15s/g, "_interval: 1s")
    .replace("localhost:9090", `127.0.0.1:${port}`);
  writeFileSync(join(folder, "prometheus.yml"), text);
  for (const job of ["replica", "election", "gateway"]) {
    const lines = targets
      .filter((target) => target.job === job)
      .map(
        ({ instance, address }) =>
          `- { targets: ["${address}"], labels: { instance: ${instance} } }\n`,
      );
    writeFileSync(join(folder, "targets", `${job}.yml`), lines.join(""));
  }
}

/** promtool's own checks; its complaints when there are any. */
export function promtool(...args: readonly string[]): string | undefined {
  const { status, stdout, stderr } = spawnSync("promtool", args, {
    cwd: CONFIGURATION,
    encoding: "utf8",
  });
  return status === 0 ? undefined : `${stdout}${stderr}`;
}
