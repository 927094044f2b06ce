/**
 * `MEERKAT_WIRE_TARGET=host:port,port` plays the scripts against servers that run already, instead
 * of starting some: for work on a gateway, and for recording again without a wait.
 */
export const runningTarget = process.env.MEERKAT_WIRE_TARGET;

/** What REWRITE=1 writes is what ZooKeeper says, so nothing else may play the scripts then. */
export const isRecording = process.env.REWRITE === "1";

const FUZZ_RUNS_DEFAULT = 100;

/** More of them, and others: `MEERKAT_FUZZ_RUNS=20000 MEERKAT_FUZZ_SEED=7`. */
export const fuzzRuns = Number(process.env.MEERKAT_FUZZ_RUNS ?? FUZZ_RUNS_DEFAULT);
export const fuzzSeed = Number(process.env.MEERKAT_FUZZ_SEED ?? 1);
