import { integer, text } from "@meerkat/service";
import {
  DEFAULT_LIMITS,
  DEFAULT_SESSION_TIMEOUTS,
  type HttpLimits,
  type HttpServerOptions,
  LIMIT_VARIABLE,
} from "./options.ts";

const GIB = 1024 ** 3;
const HOUR_MS = 3_600_000;

const bytes = (limit: keyof HttpLimits, desc: string) =>
  integer({ default: DEFAULT_LIMITS[limit], min: 1, max: GIB, desc });
const count = (limit: keyof HttpLimits, desc: string) =>
  integer({ default: DEFAULT_LIMITS[limit], min: 1, max: 1_000_000, desc });
const time = (limit: keyof HttpLimits, desc: string) =>
  integer({ default: DEFAULT_LIMITS[limit], min: 1, max: HOUR_MS, desc });

/** The variables of the HTTP door. */
export const HTTP_SPECS = {
  MEERKAT_HTTP_DATA_BYTES_MAX: bytes("dataBytesMax", "Data of one znode"),
  MEERKAT_HTTP_BODY_BYTES_MAX: bytes("bodyBytesMax", "Body of one request, base64 and JSON in it"),
  MEERKAT_HTTP_BODIES_BYTES_MAX: bytes("bodiesBytesMax", "All request bodies at one time"),
  MEERKAT_HTTP_ANSWERS_BYTES_MAX: bytes("answersBytesMax", "All answers not taken yet"),
  MEERKAT_HTTP_OPERATIONS_MAX: count("operationsMax", "Operations of one transaction"),
  MEERKAT_HTTP_CONDITIONS_MAX: count("conditionsMax", "Conditions of one transaction"),
  MEERKAT_HTTP_PAGE_DEFAULT: count("pageDefault", "Children per page where none is asked for"),
  MEERKAT_HTTP_PAGE_MAX: count("pageMax", "Children per page"),
  MEERKAT_HTTP_PAGE_DATA_BYTES_MAX: bytes("pageDataBytesMax", "Data in a page of children=data"),
  MEERKAT_HTTP_URL_LENGTH_MAX: count("urlLengthMax", "Characters of a URL"),
  MEERKAT_HTTP_HEADER_BYTES_MAX: bytes("headerBytesMax", "URL and headers of one request"),
  MEERKAT_HTTP_HEADERS_TIMEOUT_MS: time("headersTimeoutMs", "For the headers of a request"),
  MEERKAT_HTTP_REQUEST_TIMEOUT_MS: time("requestTimeoutMs", "For a whole request to arrive"),
  MEERKAT_HTTP_IDLE_TIMEOUT_MS: time("idleTimeoutMs", "A socket on which nothing moves is closed"),
  MEERKAT_HTTP_KEEP_ALIVE_TIMEOUT_MS: time("keepAliveTimeoutMs", "Between two requests"),
  MEERKAT_HTTP_REQUESTS_PER_CONNECTION_MAX: integer({
    default: DEFAULT_LIMITS.requestsPerConnectionMax,
    min: 0,
    max: 1_000_000_000,
    desc: "Then the connection is closed; 0 is no limit",
  }),
  MEERKAT_HTTP_CONNECTIONS_MAX: count("connectionsMax", "Connections; further ones are closed"),
  MEERKAT_SESSION_TIMEOUT_MIN_MS: integer({
    default: DEFAULT_SESSION_TIMEOUTS.minMs,
    min: 10,
    max: HOUR_MS,
    desc: "Shortest session timeout; not below two ticks",
  }),
  MEERKAT_SESSION_TIMEOUT_MAX_MS: integer({
    default: DEFAULT_SESSION_TIMEOUTS.maxMs,
    min: 10,
    max: 24 * HOUR_MS,
    desc: "Longest session timeout",
  }),
  MEERKAT_SUPER_DIGEST: text({
    default: "",
    pattern: /^(?:[^:]+:[A-Za-z0-9+/]{27}=)?$/,
    expected: "user:base64(SHA1(user:password))",
    desc: "Digest credential that passes every ACL, as ZooKeeper's superDigest; empty for none",
  }),
};

type HttpConfig = Readonly<
  Record<Exclude<keyof typeof HTTP_SPECS, "MEERKAT_SUPER_DIGEST">, number> & {
    MEERKAT_SUPER_DIGEST: string;
    MEERKAT_TICK_TIME_MS: number;
  }
>;

/** The door's options as the environment has them. */
export function httpOptions(
  config: HttpConfig,
): Pick<HttpServerOptions, "limits" | "sessionTimeouts" | "superDigest"> {
  const superDigest = config.MEERKAT_SUPER_DIGEST;
  const minMs = Math.max(config.MEERKAT_SESSION_TIMEOUT_MIN_MS, 2 * config.MEERKAT_TICK_TIME_MS);
  const maxMs = Math.max(config.MEERKAT_SESSION_TIMEOUT_MAX_MS, minMs);
  const defaultMs = Math.min(Math.max(DEFAULT_SESSION_TIMEOUTS.defaultMs, minMs), maxMs);
  return {
    limits: httpLimits(config),
    sessionTimeouts: { minMs, maxMs, defaultMs },
    ...(superDigest === "" ? {} : { superDigest }),
  };
}

function httpLimits(config: HttpConfig): HttpLimits {
  const entries = Object.entries(LIMIT_VARIABLE).map(([limit, name]) => [limit, config[name]]);
  return Object.fromEntries(entries) as HttpLimits;
}
