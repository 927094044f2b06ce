import { integer, integerList, text } from "./config.ts";
import { NATS_SPECS } from "./nats-specs.ts";

const TOKEN = /^[A-Za-z0-9_-]{1,64}$/;
const TOKEN_EXPECTED = '1 to 64 letters, digits, "-" or "_"';

/** The variables that every server of an ensemble has, and has the same. */
export const ENSEMBLE_SPECS = {
  MEERKAT_SERVERS: integerList({
    min: 1,
    max: 254,
    desc: "Ids of all replicas of the ensemble, the same everywhere: 1,2,3",
  }),
  MEERKAT_ENSEMBLE: text({
    default: "local",
    pattern: TOKEN,
    expected: TOKEN_EXPECTED,
    desc: "Name of the ensemble; several may share a NATS system",
  }),
  MEERKAT_SUBJECT_ROOT: text({
    default: "meerkat",
    pattern: TOKEN,
    expected: TOKEN_EXPECTED,
    desc: "First token of all NATS subjects",
  }),
  ...NATS_SPECS,
  MEERKAT_TICK_TIME_MS: integer({
    default: 50,
    min: 5,
    max: 10_000,
    desc: "Length of a tick: heartbeats and all other time limits count in it",
  }),
  MEERKAT_INIT_LIMIT_TICKS: integer({
    default: 40,
    min: 2,
    max: 100_000,
    desc: "How long a server may take to join a leader",
  }),
  MEERKAT_SYNC_LIMIT_TICKS: integer({
    default: 5,
    min: 2,
    max: 10_000,
    desc: "How long leader and learners bear each other's silence",
  }),
};
