/**
 * The one way between our processes: publish and subscribe of bytes. Order of one publisher's
 * messages on one connection is kept; any message may be lost without a word; nobody hears of a
 * peer's death. Whoever needs more builds it (see libs/zab/src/packets.ts).
 */
export interface Bus {
  /** Buffered; leaves with everything else published in the same turn of the event loop. The bytes must not be changed afterwards. */
  publish(subject: string, payload: Uint8Array): void;
  /** The handler is called once per message, in order, never before `subscribe` has returned. It must not throw. */
  subscribe(subject: string, handler: (payload: Uint8Array, subject: string) => void): Subscription;
  /** Everything published and subscribed before is known to the server. */
  flush(): Promise<void>;
  /** Largest message in bytes that the server takes. */
  readonly maxPayloadBytes: number;
  readonly connected: boolean;
  /** As it is now. */
  readonly traffic: BusTraffic;
  /** Stops delivering, sends what is buffered, closes. */
  close(): Promise<void>;
}

export interface Subscription {
  unsubscribe(): void;
}

/** What a bus has done since it was made. */
export interface BusTraffic {
  /** How often the connection was lost and made again. */
  readonly reconnects: number;
  readonly messagesIn: number;
  readonly messagesOut: number;
  /** Payloads and what is around them. */
  readonly bytesIn: number;
  readonly bytesOut: number;
}
