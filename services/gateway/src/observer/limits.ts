/** Every bound of the observer. Times are in milliseconds, sizes in bytes. */
export interface ObserverLimits {
  /** Requests sent and not answered. */
  readonly outstandingCountMax: number;
  readonly outstandingBytesMax: number;
  /** Requests that wait for room among the outstanding ones, or for a leader. */
  readonly waitingCountMax: number;
  readonly waitingBytesMax: number;
  /** Of those, how many one session may have. */
  readonly waitingPerSessionMax: number;
  /** Reads that wait for an earlier write, a barrier or a zxid. */
  readonly readsWaitingMax: number;
  /** Longest life of a request, from its arrival to its answer. */
  readonly requestTimeoutMs: number;
  /** A request that takes longer gets a line in the log; 0: none does. */
  readonly slowRequestMs: number;
  /** Longest wait for room while a leader is there. */
  readonly fullWaitMs: number;
  /** Without an established leader for so many ticks, requests are refused at once. */
  readonly noQuorumTicks: number;
  readonly batchCountMax: number;
  readonly batchBytesMax: number;
  readonly requestBytesMax: number;
  /** Barrier rounds on their way to the leader at the same time. */
  readonly barrierRoundsMax: number;
  readonly barrierRetryTicks: number;
  /** How long one slice of applying may hold the event loop. */
  readonly applySliceMs: number;
  /** Delivered and not applied: beyond it no more history is asked for. */
  readonly applyAheadBytesMax: number;
  /** Delivered and not applied: beyond it nothing is taken. */
  readonly applyBacklogBytesMax: number;
}

const KIB = 1024;
const MIB = 1024 * KIB;

export const DEFAULT_LIMITS: ObserverLimits = {
  outstandingCountMax: 16_384,
  outstandingBytesMax: 64 * MIB,
  waitingCountMax: 16_384,
  waitingBytesMax: 32 * MIB,
  waitingPerSessionMax: 2_048,
  readsWaitingMax: 16_384,
  requestTimeoutMs: 10_000,
  slowRequestMs: 1_000,
  fullWaitMs: 1_000,
  noQuorumTicks: 40,
  batchCountMax: 1_024,
  batchBytesMax: 256 * KIB,
  requestBytesMax: 2 * MIB,
  barrierRoundsMax: 4,
  barrierRetryTicks: 4,
  applySliceMs: 4,
  applyAheadBytesMax: 1 * MIB,
  applyBacklogBytesMax: 32 * MIB,
};
