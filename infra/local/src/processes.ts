import { mkdirSync, writeFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join, resolve } from "node:path";
import { COMPILE_CACHE } from "./compile-cache.ts";
import type { ProcessDefinition } from "./managed-process.ts";
import type { ServiceName, StackOptions } from "./options.ts";

const ROOT = resolve(import.meta.dirname, "../../..");

/** A znode may hold nearly 1 MiB and a transaction several of them: well above NATS's default of 1 MB. */
const MAX_PAYLOAD_BYTES = 8 * 1024 * 1024;

const range = (count: number): number[] => Array.from({ length: count }, (_, i) => i + 1);

/**
 * nats-server keeps hardly anything, so that Go's default collects its garbage far more often than it
 * need: a quarter of its CPU under load. And where it shares the cores with all the others, Go's threads that look
 * for work on half of them are enough; on all of them they take from the others a fifth of what a write costs.
 * Whoever starts the stack may say otherwise.
 */
const NATS_ENVIRONMENT = {
  GOGC: process.env.GOGC ?? "400",
  GOMAXPROCS: process.env.GOMAXPROCS ?? String(Math.ceil(availableParallelism() / 2)),
};

/** Every process of a stack in the order in which they start; they stop in the reverse order. */
export function stackProcesses(options: StackOptions, natsServer: string): ProcessDefinition[] {
  return [
    nats(options, natsServer),
    ...range(options.replicas).map((id) => election(options, id)),
    ...range(options.replicas).map((id) => replica(options, id)),
    ...range(options.gateways).map((id) => gateway(options, id)),
  ];
}

function nats(options: StackOptions, natsServer: string): ProcessDefinition {
  const config = join(options.dataDir, "run", "nats-1.conf");
  mkdirSync(join(options.dataDir, "run"), { recursive: true });
  const settings = [
    'server_name: "nats-1"',
    `listen: "127.0.0.1:${options.natsPort}"`,
    `max_payload: ${MAX_PAYLOAD_BYTES}`,
    // A consumer that is behind by this much is cut off by nats-server, and resynchronises.
    `max_pending: ${8 * MAX_PAYLOAD_BYTES}`,
    'write_deadline: "5s"',
    // Watch events are kept there.
    `jetstream { store_dir: ${JSON.stringify(join(options.dataDir, "nats-1"))} }`,
    options.natsConfiguration,
  ];
  writeFileSync(config, `${settings.join("\n")}\n`);
  return {
    name: "nats-1",
    command: natsServer,
    args: ["--config", config],
    environment: NATS_ENVIRONMENT,
  };
}

/** Whoever tries things out on one machine may see everything. */
const OPENNESS = { MEERKAT_ZOOKEEPER_WORDS: "*" };

function service(
  options: StackOptions,
  folder: ServiceName,
  id: number,
  environment: Record<string, string>,
): ProcessDefinition {
  const main = join(ROOT, "services", folder, "src", "main.ts");
  return {
    name: `${folder}-${id}`,
    command: process.execPath,
    args: [...options.nodeFlags, main],
    environment: {
      MEERKAT_SERVERS: range(options.replicas).join(","),
      MEERKAT_NATS_URL: `nats://127.0.0.1:${options.natsPort}`,
      NODE_COMPILE_CACHE: COMPILE_CACHE,
      ...OPENNESS,
      ...options.environment,
      ...options.environmentOf[folder],
      ...environment,
    },
  };
}

/** One port each, replicas first; none unless metrics are wanted. */
function operations({ metricsPort }: StackOptions, index: number): Record<string, string> {
  return metricsPort === 0 ? {} : { MEERKAT_HEALTH_PORT: String(metricsPort + index) };
}

function election(options: StackOptions, id: number): ProcessDefinition {
  return service(options, "election", id, {
    ...operations(options, options.replicas + id - 1),
    MEERKAT_SERVER_ID: String(id),
  });
}

function replica(options: StackOptions, id: number): ProcessDefinition {
  return service(options, "replica", id, {
    ...operations(options, id - 1),
    MEERKAT_SERVER_ID: String(id),
    MEERKAT_DATA_DIR: join(options.dataDir, `replica-${id}`),
  });
}

function gateway(options: StackOptions, id: number): ProcessDefinition {
  return service(options, "gateway", id, {
    MEERKAT_GATEWAY_ID: String(id),
    MEERKAT_HTTP_HOST: "127.0.0.1",
    MEERKAT_HTTP_PORT: String(options.httpPort + id - 1),
    MEERKAT_ZOOKEEPER_HOST: "127.0.0.1",
    MEERKAT_ZOOKEEPER_PORT: String(options.zookeeperPort + id - 1),
  });
}
