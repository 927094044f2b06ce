import { resolve } from "node:path";
import { parseArgs } from "node:util";

/** What one local stack consists of and where it listens. Every process is on 127.0.0.1. */
export interface StackOptions {
  readonly dataDir: string;
  readonly replicas: number;
  readonly gateways: number;
  /** Gateway n listens on httpPort + n − 1. */
  readonly httpPort: number;
  /** Gateway n serves ZooKeeper's client protocol on zookeeperPort + n − 1. */
  readonly zookeeperPort: number;
  readonly natsPort: number;
  /** Replica n serves /health and /metrics on metricsPort + n − 1, the electors behind the replicas; 0 none. */
  readonly metricsPort: number;
  readonly restart: boolean;
  /** Further environment of our own processes: limits, log level. */
  readonly environment: Readonly<Record<string, string>>;
  /** … and of one kind of them. */
  readonly environmentOf: Readonly<Partial<Record<ServiceName, Readonly<Record<string, string>>>>>;
  /** Of Node and V8, for each of our own processes. */
  readonly nodeFlags: readonly string[];
  /** More of the NATS server's configuration: accounts, for example. */
  readonly natsConfiguration: string;
}

export type ServiceName = "replica" | "election" | "gateway";

/**
 * Ten processes share this machine: one helper thread for the garbage collector of each is enough. The
 * young generation has room for all requests under way, which are short-lived and many. V8 counts the
 * buffers of messages as if they were old objects, and beside a small heap a few megabytes of them would
 * have it collect everything twice a second: it need not think about that below 128 MB.
 */
const NODE_FLAGS = ["--v8-pool-size=1", "--max-semi-space-size=32", "--initial-old-space-size=128"];

export const DEFAULT_OPTIONS: StackOptions = {
  dataDir: "data",
  replicas: 3,
  gateways: 2,
  httpPort: 8080,
  zookeeperPort: 2181,
  natsPort: 4222,
  metricsPort: 0,
  restart: true,
  environment: {},
  environmentOf: {},
  nodeFlags: NODE_FLAGS,
  natsConfiguration: "",
};

export const HELP = `Starts a local Meerkat ensemble: nats-server, replicas, electors and gateways as separate processes.

  npm start -- [options]

  --data DIR             where everything is kept; one folder per replica [${DEFAULT_OPTIONS.dataDir}]
  --replicas N           replicas, each with its elector, 1 to 7 [${DEFAULT_OPTIONS.replicas}]
  --gateways N           gateways, 1 to 16 [${DEFAULT_OPTIONS.gateways}]
  --http-port PORT       gateway n serves HTTP on 127.0.0.1:PORT+n-1 [${DEFAULT_OPTIONS.httpPort}]
  --zookeeper-port PORT  the same for ZooKeeper's protocol [${DEFAULT_OPTIONS.zookeeperPort}]
  --nats-port PORT       nats-server [${DEFAULT_OPTIONS.natsPort}]
  --metrics-port PORT    replicas and electors serve /metrics for Prometheus from here on, at some 20 MB each [none]
  --no-restart           leave a process that died dead
  --help                 this text

Process ids are in DIR/run/<name>.pid, logs in DIR/log/<name>.log. Ctrl-C stops everything.
`;

/** A flag that a person got wrong; the message names it. */
export class OptionError extends Error {
  override readonly name = "OptionError";
}

const FLAGS = {
  data: { type: "string" },
  replicas: { type: "string" },
  gateways: { type: "string" },
  "http-port": { type: "string" },
  "zookeeper-port": { type: "string" },
  "nats-port": { type: "string" },
  "metrics-port": { type: "string" },
  "no-restart": { type: "boolean" },
  help: { type: "boolean" },
} as const;

/** @throws OptionError */
export function parseOptions(args: readonly string[]): StackOptions | "help" {
  const flags = parseFlags(args);
  if (flags.help === true) return "help";
  const whole = (
    name: "replicas" | "gateways" | "http-port" | "zookeeper-port" | "nats-port" | "metrics-port",
    fallback: number,
    [min, max]: readonly [number, number],
  ): number => {
    const given = flags[name];
    if (given === undefined) return fallback;
    const value = Number(given);
    if (given.trim() === "" || !Number.isInteger(value) || value < min || value > max) {
      throw new OptionError(`--${name} ${given}: not a whole number from ${min} to ${max}`);
    }
    return value;
  };
  const port = [1, 65_535] as const;
  return {
    dataDir: resolve(flags.data ?? DEFAULT_OPTIONS.dataDir),
    replicas: whole("replicas", DEFAULT_OPTIONS.replicas, [1, 7]),
    gateways: whole("gateways", DEFAULT_OPTIONS.gateways, [1, 16]),
    httpPort: whole("http-port", DEFAULT_OPTIONS.httpPort, port),
    zookeeperPort: whole("zookeeper-port", DEFAULT_OPTIONS.zookeeperPort, port),
    natsPort: whole("nats-port", DEFAULT_OPTIONS.natsPort, port),
    metricsPort: whole("metrics-port", DEFAULT_OPTIONS.metricsPort, [0, 65_535]),
    restart: flags["no-restart"] !== true,
    environment: {},
    environmentOf: {},
    nodeFlags: DEFAULT_OPTIONS.nodeFlags,
    natsConfiguration: "",
  };
}

function parseFlags(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options: FLAGS, strict: true }).values;
  } catch (error) {
    throw new OptionError(error instanceof Error ? error.message : String(error));
  }
}
