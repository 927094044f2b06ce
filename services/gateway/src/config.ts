import {
  ENSEMBLE_SPECS,
  EVENT_SPECS,
  integer,
  TRACING_SPECS,
  TREE_SPECS,
  text,
} from "@meerkat/service";
import { HTTP_SPECS } from "./http/http-specs.ts";
import { WATCH_SPECS } from "./watch/watch-specs.ts";
import { WIRE_SPECS } from "./wire/wire-specs.ts";

const MIB = 1024 * 1024;

/** Every variable of a gateway. */
export const GATEWAY_SPECS = {
  ...ENSEMBLE_SPECS,
  ...TREE_SPECS,
  ...TRACING_SPECS,
  ...HTTP_SPECS,
  ...EVENT_SPECS,
  ...WATCH_SPECS,
  ...WIRE_SPECS,
  MEERKAT_GATEWAY_ID: integer({
    min: 1,
    max: 9_999,
    desc: "Number of this gateway, its own in the ensemble; its server id is 1000 + this",
  }),
  MEERKAT_HTTP_HOST: text({ default: "127.0.0.1", desc: "Address that the HTTP API listens on" }),
  MEERKAT_HTTP_PORT: integer({
    default: 8080,
    min: 0,
    max: 65_535,
    desc: "Port of the HTTP API; 0 takes a free one",
  }),
  MEERKAT_REQUEST_TIMEOUT_MS: integer({
    default: 10_000,
    min: 100,
    max: 600_000,
    desc: "Longest life of a request; then 503",
  }),
  MEERKAT_SLOW_REQUEST_MS: integer({
    default: 1_000,
    min: 0,
    max: 600_000,
    desc: "A request that takes longer gets a line in the log (0: none does)",
  }),
  MEERKAT_FULL_WAIT_MS: integer({
    default: 1_000,
    min: 0,
    max: 600_000,
    desc: "Longest wait for room among the outstanding requests; then 503",
  }),
  MEERKAT_NO_QUORUM_MS: integer({
    default: 2_000,
    min: 0,
    max: 600_000,
    desc: "Without a quorum for so long, requests are refused at once with 503",
  }),
  MEERKAT_OUTSTANDING_REQUESTS_MAX: integer({
    default: 16_384,
    min: 1,
    max: 1_000_000,
    desc: "Requests sent to the leader and not answered",
  }),
  MEERKAT_OUTSTANDING_BYTES_MAX: integer({
    default: 64 * MIB,
    min: MIB,
    max: 4_096 * MIB,
    desc: "Bytes of the requests sent to the leader and not answered",
  }),
  MEERKAT_WAITING_REQUESTS_MAX: integer({
    default: 16_384,
    min: 1,
    max: 1_000_000,
    desc: "Requests waiting for room or for a leader",
  }),
  MEERKAT_WAITING_BYTES_MAX: integer({
    default: 32 * MIB,
    min: MIB,
    max: 4_096 * MIB,
    desc: "Bytes of the requests waiting for room or for a leader",
  }),
  MEERKAT_REQUEST_BYTES_MAX: integer({
    default: 2 * MIB,
    min: 1_024,
    max: 64 * MIB,
    desc: "Largest request; more is refused with 413",
  }),
};

/** The one place that reads the environment. */
export const environment: Readonly<Record<string, string | undefined>> = process.env;
