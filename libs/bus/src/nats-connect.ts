import {
  errors,
  NatsConnectionImpl,
  type NodeConnectionOptions,
  setTransportFactory,
} from "@nats-io/transport-node";
import { nodeResolveHost } from "@nats-io/transport-node/lib/node_transport.js";
import { BusUnavailable } from "./errors.ts";
import { credentialOptions, describeUser, type NatsCredentials } from "./nats-credentials.ts";
import type { FramedConnection } from "./nats-frames.ts";
import { NatsTransport } from "./nats-transport.ts";

export interface ConnectOptions extends NatsCredentials {
  /** One URL or several, separated by commas: `nats://127.0.0.1:4222`. */
  readonly url: string;
  /** Name of the process, shown by `nats server report connections`. */
  readonly name: string;
  /** First tokens of the subjects on which answers to its requests arrive. */
  readonly inboxPrefix?: string;
  /** How long to wait for a first server before giving up. */
  readonly connectDeadlineMs?: number;
  /** A server that leaves two pings unanswered counts as dead. */
  readonly pingIntervalMs?: number;
}

const CONNECT_DEADLINE_DEFAULT_MS = 10_000;
const PING_INTERVAL_DEFAULT_MS = 1_000;
const DIAL_LIMIT_MS = 2_000;
const RETRY_WAIT_MS = 50;

setTransportFactory({ factory: () => new NatsTransport(), dnsResolveFn: nodeResolveHost });

/** The first connection: tried again until the deadline, unless the server refuses us by name. */
export async function connectWithin(options: ConnectOptions): Promise<FramedConnection> {
  const deadlineMs = options.connectDeadlineMs ?? CONNECT_DEADLINE_DEFAULT_MS;
  const startedAt = performance.now();
  for (;;) {
    try {
      return (await NatsConnectionImpl.connect(clientOptions(options))) as FramedConnection;
    } catch (cause) {
      if (isRefusal(cause)) throw refused(options, cause);
      const waitMs = reconnectWaitMs();
      if (performance.now() - startedAt + waitMs > deadlineMs) {
        throw unreachable(options.url, deadlineMs, cause);
      }
      await new Promise((resolve) => setTimeout(resolve, waitMs));
    }
  }
}

function clientOptions(options: ConnectOptions): NodeConnectionOptions {
  return {
    servers: options.url.split(",").map((server) => server.trim()),
    name: options.name,
    ...credentialOptions(options),
    ...(options.inboxPrefix === undefined ? {} : { inboxPrefix: options.inboxPrefix }),
    noEcho: true,
    maxReconnectAttempts: -1,
    ignoreAuthErrorAbort: true,
    reconnectDelayHandler: reconnectWaitMs,
    pingInterval: options.pingIntervalMs ?? PING_INTERVAL_DEFAULT_MS,
    maxPingOut: 2,
    timeout: DIAL_LIMIT_MS,
    noAsyncTraces: true,
  };
}

/** Jittered, so that a whole ensemble does not knock at a server that has just come back at once. */
function reconnectWaitMs(): number {
  return RETRY_WAIT_MS + Math.floor(Math.random() * RETRY_WAIT_MS);
}

function isRefusal(cause: unknown): boolean {
  return (
    cause instanceof errors.AuthorizationError ||
    cause instanceof errors.UserAuthenticationExpiredError
  );
}

function refused(options: ConnectOptions, cause: unknown): BusUnavailable {
  return new BusUnavailable(
    `The NATS server at ${options.url} refuses ${describeUser(options)} (${describe(cause)}). ` +
      "Check MEERKAT_NATS_USER and MEERKAT_NATS_PASSWORD of this process (or its token or credentials), " +
      "and the users in the configuration of the server.",
    { cause },
  );
}

function unreachable(url: string, deadlineMs: number, cause: unknown): BusUnavailable {
  return new BusUnavailable(
    `No NATS server answered at ${url} within ${deadlineMs / 1000} s (${describe(cause)}). ` +
      "Start nats-server there, or set MEERKAT_NATS_URL to where one runs.",
    { cause },
  );
}

function describe(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}
