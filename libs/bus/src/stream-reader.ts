/** Where a message stands in a stream, and its name for all time (Nats-Msg-Id), if it has one. */
export interface StreamPlace {
  readonly sequence: number;
  readonly id: string | undefined;
}

export interface KeptMessage extends StreamPlace {
  readonly payload: string;
  header(name: string): string | undefined;
}

/** Reads what a stream in JetStream keeps. It changes nothing, and makes no stream where there is none. */
export interface StreamReader {
  /** First message at or behind a sequence; undefined when there is none. @throws StreamUnavailable */
  placeFrom(sequence: number): Promise<StreamPlace | undefined>;
  /** Last message of a subject, which may have wildcards. @throws StreamUnavailable */
  lastOf(subject: string): Promise<StreamPlace | undefined>;
  /**
   * The messages of a subject that are there now, from a sequence on, in order. Not more than a bounded
   * part of them is held in memory. @throws StreamUnavailable
   */
  read(subject: string, sequence: number): AsyncGenerator<KeptMessage, void>;
}
