/** What one connection and all of them together may take. Bytes, counts and milliseconds. */
export interface WireLimits {
  /** ZooKeeper's jute.maxbuffer: the longest frame that a client may send. */
  readonly frameBytesMax: number;
  readonly connectionsMax: number;
  /** ZooKeeper's maxClientCnxns; 0 is no limit. */
  readonly connectionsPerAddressMax: number;
  /** A connection that has not begun a session by then is closed. */
  readonly handshakeTimeoutMs: number;
  /** Requests of one connection that are not answered; beyond it, it is not read. */
  readonly pendingPerConnectionMax: number;
  readonly pendingBytesPerConnectionMax: number;
  /** Writes of all connections that are not answered; beyond it, connections that write are not read. */
  readonly writesMax: number;
  readonly writesBytesMax: number;
  /** Paths that one client watches, with what the table needs for each; beyond it, it is disconnected. */
  readonly watchBytesMax: number;
  /** Answers and events that one client has not taken; beyond it, its requests wait. */
  readonly unsentBytesMax: number;
  /** Beyond this it is disconnected: events do not wait. */
  readonly unsentBytesLimit: number;
  /** A client that takes nothing for so long, with its answers waiting, is disconnected. */
  readonly slowReaderMs: number;
}

const KIB = 1024;
const MIB = 1024 * KIB;

export const DEFAULT_WIRE_LIMITS: WireLimits = {
  frameBytesMax: 0xfffff,
  connectionsMax: 10_000,
  connectionsPerAddressMax: 60,
  handshakeTimeoutMs: 10_000,
  pendingPerConnectionMax: 1_000,
  pendingBytesPerConnectionMax: 4 * MIB,
  writesMax: 12_000,
  writesBytesMax: 32 * MIB,
  watchBytesMax: 64 * MIB,
  unsentBytesMax: 1 * MIB,
  unsentBytesLimit: 64 * MIB,
  slowReaderMs: 10_000,
};
