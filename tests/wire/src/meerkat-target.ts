import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DEFAULT_OPTIONS, Stack } from "@meerkat/local";
import { freePorts } from "./free-ports.ts";
import { SUPER_DIGEST } from "./super-user.ts";
import type { Target } from "./target.ts";

const GATEWAYS = 2;
/** As the ZooKeeper of the scripts has it: two and twenty ticks of 2 s. */
const ENVIRONMENT = {
  MEERKAT_SUPER_DIGEST: SUPER_DIGEST,
  MEERKAT_SESSION_TIMEOUT_MIN_MS: "4000",
  MEERKAT_SESSION_TIMEOUT_MAX_MS: "40000",
};
const PORTS = 1 + 2 * GATEWAYS;

/** A whole local stack in a folder of its own; scripts talk to its gateways. */
export class MeerkatTarget implements AsyncDisposable {
  readonly target: Target;
  readonly #stack: Stack;

  private constructor(stack: Stack, target: Target) {
    this.#stack = stack;
    this.target = target;
  }

  /** @throws SetupError */
  static async start(): Promise<MeerkatTarget> {
    const natsPort = await freePorts(PORTS);
    const httpPort = natsPort + 1;
    const zookeeperPort = httpPort + GATEWAYS;
    const stack = await Stack.start(
      {
        ...DEFAULT_OPTIONS,
        dataDir: mkdtempSync(join(tmpdir(), "meerkat-wire-")),
        gateways: GATEWAYS,
        natsPort,
        httpPort,
        zookeeperPort,
        restart: false,
        environment: ENVIRONMENT,
      },
      () => undefined,
    );
    const ports = Array.from({ length: GATEWAYS }, (_, i) => zookeeperPort + i);
    const started = new MeerkatTarget(stack, { host: "127.0.0.1", ports });
    try {
      await stack.ready();
    } catch (error) {
      await started[Symbol.asyncDispose]();
      throw error;
    }
    return started;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#stack.stop();
    rmSync(this.#stack.options.dataDir, { recursive: true, force: true });
  }
}
