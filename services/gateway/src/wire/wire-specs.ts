import { readFileSync } from "node:fs";
import { bool, integer, text } from "@meerkat/service";
import { DEFAULT_WIRE_LIMITS, type WireLimits } from "./limits.ts";
import type { TlsOptions } from "./tls.ts";
import { HARMLESS_WORDS, WORD_NAMES, type WordName } from "./words/four-letter-words.ts";

const GIB = 1024 ** 3;
const HOUR_MS = 3_600_000;

const bytes = (limit: keyof WireLimits, desc: string) =>
  integer({ default: DEFAULT_WIRE_LIMITS[limit], min: 1_024, max: GIB, desc });
const count = (limit: keyof WireLimits, desc: string, min = 1) =>
  integer({ default: DEFAULT_WIRE_LIMITS[limit], min, max: 1_000_000, desc });
const time = (limit: keyof WireLimits, desc: string) =>
  integer({ default: DEFAULT_WIRE_LIMITS[limit], min: 1, max: HOUR_MS, desc });
const path = (desc: string) => text({ default: "", pattern: /^/, desc });

/** The variables of the door that speaks ZooKeeper's protocol. */
export const WIRE_SPECS = {
  MEERKAT_ZOOKEEPER_HOST: text({
    default: "127.0.0.1",
    desc: "Address that ZooKeeper's protocol is served on",
  }),
  MEERKAT_ZOOKEEPER_PORT: integer({
    default: 2181,
    min: 0,
    max: 65_535,
    desc: "Port of ZooKeeper's protocol; 0 takes a free one",
  }),
  MEERKAT_ZOOKEEPER_BACKLOG: integer({
    default: 511,
    min: 1,
    max: 65_535,
    desc: "Connections that the system keeps until they are accepted",
  }),
  MEERKAT_ZOOKEEPER_TLS_PORT: integer({
    default: 2281,
    min: 0,
    max: 65_535,
    desc: "The same with TLS, once a certificate is set; 0 takes a free one",
  }),
  MEERKAT_ZOOKEEPER_TLS_CERT: path("File of the server's certificate (PEM); empty for no TLS"),
  MEERKAT_ZOOKEEPER_TLS_KEY: path("File of the certificate's private key (PEM)"),
  MEERKAT_ZOOKEEPER_TLS_CLIENT_CA: path(
    "File of the authorities (PEM) whose client certificates prove an x509 identity",
  ),
  MEERKAT_ZOOKEEPER_TLS_CLIENT_AUTH: bool({
    default: false,
    desc: "Whether clients with TLS must have a certificate",
  }),
  MEERKAT_ZOOKEEPER_FRAME_BYTES_MAX: bytes("frameBytesMax", "Longest request (jute.maxbuffer)"),
  MEERKAT_ZOOKEEPER_CONNECTIONS_MAX: count(
    "connectionsMax",
    "Connections; further ones are closed",
  ),
  MEERKAT_ZOOKEEPER_CONNECTIONS_PER_ADDRESS_MAX: count(
    "connectionsPerAddressMax",
    "Connections of one address (maxClientCnxns); 0 is no limit",
    0,
  ),
  MEERKAT_ZOOKEEPER_HANDSHAKE_TIMEOUT_MS: time(
    "handshakeTimeoutMs",
    "A connection without a session is closed after so long",
  ),
  MEERKAT_ZOOKEEPER_PENDING_PER_CONNECTION_MAX: count(
    "pendingPerConnectionMax",
    "Unanswered requests of one connection; then it is not read",
  ),
  MEERKAT_ZOOKEEPER_PENDING_BYTES_PER_CONNECTION_MAX: bytes(
    "pendingBytesPerConnectionMax",
    "Their bytes",
  ),
  MEERKAT_ZOOKEEPER_WRITES_MAX: count(
    "writesMax",
    "Unanswered writes of all connections; then those that write are not read",
  ),
  MEERKAT_ZOOKEEPER_WRITES_BYTES_MAX: bytes("writesBytesMax", "Their bytes"),
  MEERKAT_ZOOKEEPER_WATCH_BYTES_MAX: bytes(
    "watchBytesMax",
    "Watches of one client, their paths in them; then it is disconnected",
  ),
  MEERKAT_ZOOKEEPER_UNSENT_BYTES_MAX: bytes(
    "unsentBytesMax",
    "Answers that one client has not taken; then its requests wait",
  ),
  MEERKAT_ZOOKEEPER_UNSENT_BYTES_LIMIT: bytes(
    "unsentBytesLimit",
    "Answers and events that one client has not taken; then it is disconnected",
  ),
  MEERKAT_ZOOKEEPER_SLOW_READER_MS: time(
    "slowReaderMs",
    "A client with answers waiting that takes none for so long is disconnected",
  ),
  MEERKAT_ZOOKEEPER_WORDS: text({
    default: HARMLESS_WORDS.join(","),
    pattern: new RegExp(`^(\\*|(${WORD_NAMES.join("|")})(,(${WORD_NAMES.join("|")}))*)?$`),
    expected: `* or some of ${WORD_NAMES.join(",")}`,
    desc: "Four-letter words that are answered (4lw.commands.whitelist)",
  }),
};

/** The variable of the environment that sets a limit. */
const LIMIT_VARIABLE = {
  frameBytesMax: "MEERKAT_ZOOKEEPER_FRAME_BYTES_MAX",
  connectionsMax: "MEERKAT_ZOOKEEPER_CONNECTIONS_MAX",
  connectionsPerAddressMax: "MEERKAT_ZOOKEEPER_CONNECTIONS_PER_ADDRESS_MAX",
  handshakeTimeoutMs: "MEERKAT_ZOOKEEPER_HANDSHAKE_TIMEOUT_MS",
  pendingPerConnectionMax: "MEERKAT_ZOOKEEPER_PENDING_PER_CONNECTION_MAX",
  pendingBytesPerConnectionMax: "MEERKAT_ZOOKEEPER_PENDING_BYTES_PER_CONNECTION_MAX",
  writesMax: "MEERKAT_ZOOKEEPER_WRITES_MAX",
  writesBytesMax: "MEERKAT_ZOOKEEPER_WRITES_BYTES_MAX",
  watchBytesMax: "MEERKAT_ZOOKEEPER_WATCH_BYTES_MAX",
  unsentBytesMax: "MEERKAT_ZOOKEEPER_UNSENT_BYTES_MAX",
  unsentBytesLimit: "MEERKAT_ZOOKEEPER_UNSENT_BYTES_LIMIT",
  slowReaderMs: "MEERKAT_ZOOKEEPER_SLOW_READER_MS",
} as const satisfies Readonly<Record<keyof WireLimits, string>>;

type Numbers = Readonly<Record<(typeof LIMIT_VARIABLE)[keyof WireLimits], number>>;

export function wireLimits(config: Numbers): WireLimits {
  const entries = Object.entries(LIMIT_VARIABLE).map(([limit, name]) => [limit, config[name]]);
  return Object.fromEntries(entries) as WireLimits;
}

export function wireWords(list: string): readonly WordName[] {
  if (list === "*") return WORD_NAMES;
  return WORD_NAMES.filter((name) => list.split(",").includes(name));
}

interface TlsConfig {
  readonly MEERKAT_ZOOKEEPER_TLS_PORT: number;
  readonly MEERKAT_ZOOKEEPER_TLS_CERT: string;
  readonly MEERKAT_ZOOKEEPER_TLS_KEY: string;
  readonly MEERKAT_ZOOKEEPER_TLS_CLIENT_CA: string;
  readonly MEERKAT_ZOOKEEPER_TLS_CLIENT_AUTH: boolean;
}

/** Undefined without a certificate. @throws Error that names the variable and the file that cannot be read. */
export function wireTls(config: TlsConfig): TlsOptions | undefined {
  if (config.MEERKAT_ZOOKEEPER_TLS_CERT === "") return undefined;
  const hasAuthorities = config.MEERKAT_ZOOKEEPER_TLS_CLIENT_CA !== "";
  if (config.MEERKAT_ZOOKEEPER_TLS_CLIENT_AUTH && !hasAuthorities) {
    throw new Error(
      "MEERKAT_ZOOKEEPER_TLS_CLIENT_AUTH asks clients for certificates, " +
        "but MEERKAT_ZOOKEEPER_TLS_CLIENT_CA names nobody whose certificates count.",
    );
  }
  return {
    port: config.MEERKAT_ZOOKEEPER_TLS_PORT,
    certificate: readNamed(config, "MEERKAT_ZOOKEEPER_TLS_CERT"),
    key: readNamed(config, "MEERKAT_ZOOKEEPER_TLS_KEY"),
    clientAuthorities: hasAuthorities
      ? readNamed(config, "MEERKAT_ZOOKEEPER_TLS_CLIENT_CA")
      : undefined,
    requiresClientCertificate: config.MEERKAT_ZOOKEEPER_TLS_CLIENT_AUTH,
  };
}

type FileVariable = Exclude<
  keyof TlsConfig,
  "MEERKAT_ZOOKEEPER_TLS_PORT" | "MEERKAT_ZOOKEEPER_TLS_CLIENT_AUTH"
>;

function readNamed(config: TlsConfig, variable: FileVariable): Buffer {
  try {
    return readFileSync(config[variable]);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new Error(`${variable} is "${config[variable]}", which cannot be read: ${why}.`, {
      cause,
    });
  }
}
