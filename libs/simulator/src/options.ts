import type { DataTreeOptions } from "@meerkat/tree";
import type { PeerConfig } from "@meerkat/zab";
import { drawFaults, type Fault, type FaultKind } from "./faults.ts";
import { Prng } from "./prng.ts";

/**
 * Everything that shapes one run. Times are virtual microseconds, probabilities are per message.
 */
export interface Options {
  readonly seed: number;
  readonly voters: number;
  readonly observers: number;
  readonly clientsPerObserver: number;
  /** The oracle gives any advice it likes, true or false: safety must not rest on election. */
  readonly election: "fast-leader-election" | "oracle" | "both";
  readonly network: NetworkOptions;
  readonly disk: DiskOptions;
  readonly host: HostOptions;
  readonly peer: Omit<PeerConfig, "self" | "voters" | "observer">;
  /** The same on all servers. */
  readonly tree: Pick<DataTreeOptions, "idempotencyEntriesMax" | "idempotencyAgeMsMax">;
  readonly faults: readonly Fault[];
  /** Length of the phase with faults. */
  readonly safetyUs: number;
  /** Virtual time within which a healed ensemble must have recovered. */
  readonly livenessUs: number;
}

export interface NetworkOptions {
  readonly delayMinUs: number;
  readonly delayMeanUs: number;
  readonly spike: number;
  readonly spikeMeanUs: number;
  readonly drop: number;
  readonly duplicate: number;
  readonly duplicateMeanUs: number;
  /** What keeps its order: everything between two processes, or only each subject by itself. */
  readonly ordered: "connection" | "subject";
}

export interface DiskOptions {
  readonly writeMinUs: number;
  readonly writeMeanUs: number;
  readonly slowFactor: number;
}

export interface HostOptions {
  readonly tickUs: number;
  /** Every clock runs fast or slow by up to this part. */
  readonly skew: number;
  /** How long a replica gathers events before it carries out what follows from them. */
  readonly gatherUs: number;
  readonly batchMax: number;
  readonly snapshotEveryTxns: number;
  readonly snapshotSliceUs: number;
  readonly snapshotSliceBytes: number;
  /** Proposals kept in the log behind a snapshot. */
  readonly logRetainedTxns: number;
  readonly thinkMeanUs: number;
  readonly pipelined: number;
}

/**
 * Swarm testing: the seed draws not only what happens, but also what kind of world it happens in.
 */
export function drawOptions(seed: number): Options {
  const prng = new Prng(seed, "options");
  const voters = prng.pick([1, 2, 3, 3, 3, 3, 3, 4, 5, 5, 5, 6, 7]);
  const safetyUs = prng.between(1_000, 5_000) * 1000;
  const tickUs = prng.pick([20_000, 50_000, 50_000, 100_000]);
  const { faults, enabled } = drawFaults(prng, { voters, safetyUs });
  return {
    seed,
    voters,
    observers: prng.pick([0, 1, 1, 2, 2, 3]),
    clientsPerObserver: prng.between(1, 4),
    election: prng.pick([
      "fast-leader-election",
      "fast-leader-election",
      "oracle",
      "oracle",
      "both",
    ]),
    network: drawNetwork(prng, enabled),
    disk: {
      writeMinUs: 50,
      writeMeanUs: prng.pick([100, 300, 1_000, 10_000]),
      slowFactor: prng.pick([10, 100]),
    },
    host: drawHost(prng, tickUs),
    peer: drawPeer(prng),
    tree: {
      idempotencyEntriesMax: prng.pick([5, 50, 100_000]),
      idempotencyAgeMsMax: prng.pick([200, 600_000]),
    },
    faults,
    safetyUs,
    livenessUs: 60_000_000 + 200 * tickUs,
  };
}

function drawNetwork(prng: Prng, enabled: ReadonlySet<FaultKind>): NetworkOptions {
  const delayMeanUs = prng.pick([100, 300, 1_000, 5_000]);
  return {
    delayMinUs: 30,
    delayMeanUs,
    spike: enabled.has("delay") ? prng.pick([0.001, 0.01, 0.05]) : 0,
    spikeMeanUs: prng.pick([10_000, 100_000, 400_000]),
    drop: enabled.has("drop") ? prng.pick([0.001, 0.01, 0.05, 0.15]) : 0,
    duplicate: enabled.has("duplicate") ? prng.pick([0.001, 0.02, 0.1]) : 0,
    duplicateMeanUs: prng.pick([delayMeanUs, 50_000, 1_000_000]),
    ordered: enabled.has("reorder") ? "subject" : "connection",
  };
}

function drawHost(prng: Prng, tickUs: number): HostOptions {
  const snapshotEveryTxns = prng.pick([3, 10, 30, 100, 1_000_000]);
  return {
    tickUs,
    skew: prng.pick([0, 0.02, 0.2]),
    gatherUs: prng.pick([0, 0, 20, 200, 3_000]),
    batchMax: prng.pick([1, 3, 10, 50]),
    snapshotEveryTxns,
    snapshotSliceUs: prng.pick([10, 1_000, 20_000]),
    snapshotSliceBytes: prng.pick([100, 400, 5_000]),
    logRetainedTxns: prng.pick([0, 0, 5, 50]),
    thinkMeanUs: prng.pick([2_000, 20_000, 100_000]),
    pipelined: prng.pick([1, 1, 4, 10]),
  };
}

function drawPeer(prng: Prng): Options["peer"] {
  const initLimitTicks = prng.pick([10, 20]);
  const syncLimitTicks = prng.pick([4, 6, 10, 25]);
  return {
    initLimitTicks,
    syncLimitTicks,
    idleBeatTicks: Math.max(1, Math.floor(syncLimitTicks / 3)),
    lazyCommits: prng.chance(0.7),
    proposalsInFlightMax: prng.pick([1, 3, 20]),
    committedWindowBytesMax: prng.pick([0, 300, 3_000, 1_000_000]),
    syncChunkBytesMax: prng.pick([1, 300, 2_000, 100_000]),
    counterMax: prng.pick([6, 20, 100, 1e9, 1e9, 1e9]),
  };
}
