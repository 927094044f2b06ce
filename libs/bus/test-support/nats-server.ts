import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { freePort } from "./free-port.ts";

/** A real nats-server on the loopback interface, for tests. */
export interface TestNatsServer {
  readonly url: string;
  readonly port: number;
  /** The process stands still (SIGSTOP): connections stay open, nobody answers. */
  pause(): void;
  /** And goes on (SIGCONT). */
  resume(): void;
  /** Ends it at once (SIGKILL) and removes its files. Start another with the same port to restart it. */
  stop(): Promise<void>;
}

export interface TestNatsServerOptions {
  /** A free one when left out. */
  readonly port?: number;
  readonly maxPayloadBytes?: number;
  /** With JetStream, its store in this folder: it outlives the server. */
  readonly jetStreamDir?: string;
  /** More lines of its configuration file. */
  readonly configuration?: string;
}

const READY_LIMIT_MS = 10_000;
const LISTENING = /Listening for client connections on .*:(\d+)/;

/**
 * Starts nats-server (found on the PATH) and waits until it serves.
 * `await using` stops it at the end of the block.
 */
export async function startNatsServer(
  options: TestNatsServerOptions = {},
): Promise<TestNatsServer & AsyncDisposable> {
  const folder = mkdtempSync(join(tmpdir(), "meerkat-nats-"));
  const file = join(folder, "nats.conf");
  writeFileSync(file, configuration({ ...options, port: options.port ?? (await freePort()) }));
  const child = spawn("nats-server", ["-c", file], {
    stdio: ["ignore", "ignore", "pipe"],
  });
  const killAtExit = () => child.kill("SIGKILL");
  process.once("exit", killAtExit);
  const ended = new Promise<void>((resolve) => child.once("close", () => resolve()));
  const stop = async () => {
    child.kill("SIGKILL");
    await ended;
    process.removeListener("exit", killAtExit);
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    const port = await portOf(child);
    return {
      url: `nats://127.0.0.1:${port}`,
      port,
      pause: () => void child.kill("SIGSTOP"),
      resume: () => void child.kill("SIGCONT"),
      stop,
      [Symbol.asyncDispose]: stop,
    };
  } catch (cause) {
    await stop();
    throw cause;
  }
}

function configuration(options: TestNatsServerOptions & { readonly port: number }): string {
  return [
    `listen: "127.0.0.1:${options.port}"`,
    `max_payload: ${options.maxPayloadBytes ?? 8 * 2 ** 20}`,
    options.jetStreamDir === undefined ? "" : `jetstream { store_dir: "${options.jetStreamDir}" }`,
    options.configuration ?? "",
  ].join("\n");
}

/** Reads the server's log until it names its port, then only keeps the pipe empty. */
function portOf(child: ChildProcess): Promise<number> {
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  const output: string[] = [];
  let port: number | undefined;
  const fail = (what: string) =>
    reject(new Error(`nats-server ${what}. It is needed for these tests.\n${output.join("\n")}`));
  const timer = setTimeout(() => fail(`did not serve within ${READY_LIMIT_MS} ms`), READY_LIMIT_MS);
  child.once("error", (error) => fail(`could not be started (${error.message})`));
  child.once("close", (code) => fail(`ended with code ${code}`));
  if (child.stderr !== null) {
    createInterface({ input: child.stderr }).on("line", (line) => {
      if (port === undefined) output.push(line);
      port ??= Number(LISTENING.exec(line)?.[1] ?? Number.NaN) || undefined;
      if (port !== undefined && line.includes("Server is ready")) resolve(port);
    });
  }
  return promise.finally(() => clearTimeout(timer));
}
