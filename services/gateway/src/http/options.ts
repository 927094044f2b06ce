import type { Tracer } from "@meerkat/telemetry";
import type { MetricsPage } from "@meerkat/telemetry/metrics";
import type { FastifyBaseLogger } from "fastify";
import type { WatchFeed } from "../watch/watch-feed.ts";
import type { HttpTraffic } from "./http-traffic.ts";

/** What one request, one connection and all of them together may take. Bytes, counts and ms. */
export interface HttpLimits {
  /** Data of one znode. ZooKeeper's default is 1 MiB less the request around it. */
  readonly dataBytesMax: number;
  /** A request's body as it comes: base64 takes 4/3 of the data, and JSON has its own. */
  readonly bodyBytesMax: number;
  /** Request bodies in memory at one time, over all connections; beyond it 503. */
  readonly bodiesBytesMax: number;
  /** Answers that clients have not taken yet, over all connections; beyond it 503. */
  readonly answersBytesMax: number;
  readonly operationsMax: number;
  readonly conditionsMax: number;
  /** Children per page, where the request does not say, and at most. */
  readonly pageDefault: number;
  readonly pageMax: number;
  /** Data in one page of children=data; the page ends behind the child that goes over it. */
  readonly pageDataBytesMax: number;
  readonly urlLengthMax: number;
  /** The URL and all headers of one request. */
  readonly headerBytesMax: number;
  readonly headersTimeoutMs: number;
  /** From the first byte of a request to its last. */
  readonly requestTimeoutMs: number;
  /** A socket on which nothing moves for so long is closed, also in the middle of an answer. */
  readonly idleTimeoutMs: number;
  readonly keepAliveTimeoutMs: number;
  /** Then the answer says `Connection: close`, so that connections spread over gateways again. */
  readonly requestsPerConnectionMax: number;
  /** Further connections are closed at once. */
  readonly connectionsMax: number;
}

export const DEFAULT_LIMITS: HttpLimits = {
  dataBytesMax: 1024 * 1024,
  bodyBytesMax: 2 * 1024 * 1024,
  bodiesBytesMax: 64 * 1024 * 1024,
  answersBytesMax: 64 * 1024 * 1024,
  operationsMax: 1000,
  conditionsMax: 1000,
  pageDefault: 1000,
  pageMax: 10_000,
  pageDataBytesMax: 1024 * 1024,
  urlLengthMax: 8192,
  headerBytesMax: 16 * 1024,
  headersTimeoutMs: 10_000,
  requestTimeoutMs: 30_000,
  idleTimeoutMs: 30_000,
  keepAliveTimeoutMs: 60_000,
  requestsPerConnectionMax: 0,
  connectionsMax: 4096,
};

/** The variable of the environment that sets a limit: what an operator has to raise. */
export const LIMIT_VARIABLE = {
  dataBytesMax: "MEERKAT_HTTP_DATA_BYTES_MAX",
  bodyBytesMax: "MEERKAT_HTTP_BODY_BYTES_MAX",
  bodiesBytesMax: "MEERKAT_HTTP_BODIES_BYTES_MAX",
  answersBytesMax: "MEERKAT_HTTP_ANSWERS_BYTES_MAX",
  operationsMax: "MEERKAT_HTTP_OPERATIONS_MAX",
  conditionsMax: "MEERKAT_HTTP_CONDITIONS_MAX",
  pageDefault: "MEERKAT_HTTP_PAGE_DEFAULT",
  pageMax: "MEERKAT_HTTP_PAGE_MAX",
  pageDataBytesMax: "MEERKAT_HTTP_PAGE_DATA_BYTES_MAX",
  urlLengthMax: "MEERKAT_HTTP_URL_LENGTH_MAX",
  headerBytesMax: "MEERKAT_HTTP_HEADER_BYTES_MAX",
  headersTimeoutMs: "MEERKAT_HTTP_HEADERS_TIMEOUT_MS",
  requestTimeoutMs: "MEERKAT_HTTP_REQUEST_TIMEOUT_MS",
  idleTimeoutMs: "MEERKAT_HTTP_IDLE_TIMEOUT_MS",
  keepAliveTimeoutMs: "MEERKAT_HTTP_KEEP_ALIVE_TIMEOUT_MS",
  requestsPerConnectionMax: "MEERKAT_HTTP_REQUESTS_PER_CONNECTION_MAX",
  connectionsMax: "MEERKAT_HTTP_CONNECTIONS_MAX",
} as const satisfies Readonly<Record<keyof HttpLimits, string>>;

/** The bounds into which a session's timeout is brought. */
export interface SessionTimeouts {
  readonly minMs: number;
  readonly maxMs: number;
  /** Where the client does not ask for one. */
  readonly defaultMs: number;
}

export const DEFAULT_SESSION_TIMEOUTS: SessionTimeouts = {
  minMs: 100,
  maxMs: 60_000,
  defaultMs: 10_000,
};

/** The gateway that serves, for /v1/cluster and /. */
export interface HostInfo {
  readonly id: number;
  readonly name: string;
  readonly version: string;
}

export interface HttpServerOptions {
  readonly host: HostInfo;
  /** It follows the coordination; ended by `close`. */
  readonly watch: WatchFeed;
  readonly logger?: FastifyBaseLogger;
  /** Where traces are exported. */
  readonly tracer?: Tracer | undefined;
  readonly limits?: Partial<HttpLimits>;
  readonly sessionTimeouts?: Partial<SessionTimeouts>;
  /** ZooKeeper's superDigest: who sends this digest credential passes every ACL. */
  readonly superDigest?: string;
  /** What /metrics shows, and where this door counts its part of it; no such page without. */
  readonly metrics?: { readonly page: MetricsPage; readonly traffic: HttpTraffic };
}
