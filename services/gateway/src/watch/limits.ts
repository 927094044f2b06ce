/** Every bound of the event streams of a gateway. Times are in milliseconds, sizes in bytes. */
export interface WatchLimits {
  /** Open streams. */
  readonly subscribersMax: number;
  readonly heartbeatMs: number;
  /** Changes that are kept for who comes back; rounded up to a power of two. */
  readonly recentChangesMax: number;
  /** Of their paths and data, and of what of them was encoded. */
  readonly recentBytesMax: number;
  /** Larger data are left out of events. */
  readonly dataBytesMax: number;
  /** Sent to one subscriber at a time; no more before it has taken that. A single event is never cut. */
  readonly writeBytesMax: number;
  /** Sent to all of them and not taken. */
  readonly unsentBytesMax: number;
  /** Streams that are told older changes at one time; others wait. */
  readonly replaysMax: number;
  /** How long the history may be behind. */
  readonly replayPatienceMs: number;
  /** How long one slice of the fan-out may hold the event loop. */
  readonly sliceMs: number;
  /** After how long a client whose stream has ended is asked to come back, at least. */
  readonly retryMs: number;
  /** For clients to take their last word when the gateway stops. */
  readonly closeWaitMs: number;
}

const KIB = 1024;
const MIB = 1024 * KIB;

export const DEFAULT_WATCH_LIMITS: WatchLimits = {
  subscribersMax: 10_000,
  heartbeatMs: 15_000,
  recentChangesMax: 65_536,
  recentBytesMax: 32 * MIB,
  dataBytesMax: 4 * KIB,
  writeBytesMax: 64 * KIB,
  unsentBytesMax: 64 * MIB,
  replaysMax: 64,
  replayPatienceMs: 60_000,
  sliceMs: 4,
  retryMs: 1_000,
  closeWaitMs: 1_000,
};
