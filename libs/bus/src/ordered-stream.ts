/** One message of an ordered stream. */
export interface StreamMessage {
  readonly subject: string;
  readonly payload: string;
  /** Names the message for all time (Nats-Msg-Id): where a writer begins again, it asks for the last one. */
  readonly id: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Where a stream ends. */
export interface StreamEnd {
  /** Of its last message, also when that is gone by now; 0 when there never was one. */
  readonly sequence: number;
  /** Id of its last message; undefined when there is none (any more), or it came without one. */
  readonly lastId: string | undefined;
}

/**
 * What the stream is called, takes in and keeps. Whatever bound is met first, the oldest messages go, when the writer
 * trims it; JetStream enforces a quarter more by itself.
 */
export interface StreamOptions {
  readonly name: string;
  /** Subjects, with wildcards. */
  readonly subjects: readonly string[];
  readonly ageMsMax: number;
  readonly bytesMax: number;
  readonly messagesMax: number;
  /** How many NATS servers of a cluster keep it. */
  readonly replicas: number;
}

/**
 * A stream in JetStream with several writers, one of them at a time, who do not know for certain who it
 * is. Every message names the sequence of the one before it, and JetStream refuses it anywhere else. So
 * there is nothing twice and nothing out of place, as long as all writers would put the same message
 * behind the same one: they compute it from one history and from the stream's last message.
 */
export interface OrderedStream {
  /**
   * Makes the stream, or gives it these options, and says where it ends. To be called first, and after
   * every failure. @throws StreamUnavailable
   */
  open(): Promise<StreamEnd>;
  /**
   * Puts messages behind the one at `after`. Resolves when all are stored; several calls may be under way,
   * each behind the one before. @throws StreamUnavailable when not all are; how many are, `open` tells.
   */
  append(messages: readonly StreamMessage[], after: number): Promise<void>;
  /** For subscribers who listen right now: no stream takes it. */
  announce(message: StreamMessage): void;
  /** Drops so many of what is beyond the bounds, at most. @throws StreamUnavailable */
  trim(countMax: number): Promise<Trimmed>;
}

/** How a stream is after some of its oldest messages were dropped. */
export interface Trimmed {
  /** It is still beyond its bounds. */
  readonly hasMore: boolean;
  /** How far it was on its way from its bounds to what JetStream enforces by itself, 0 to 1. */
  readonly urgency: number;
}

/**
 *   absent   no server has JetStream, or the stream is gone
 *   moved    the stream ends elsewhere than the writer believed
 *   refused  JetStream says no: no room, no permission
 *   silent   no answer in time
 */
export type StreamProblem = "absent" | "moved" | "refused" | "silent";

/** The stream did not take what it was given; the message says why. */
export class StreamUnavailable extends Error {
  override readonly name = "StreamUnavailable";
  readonly problem: StreamProblem;

  constructor(problem: StreamProblem, message: string, options?: ErrorOptions) {
    super(message, options);
    this.problem = problem;
  }
}
