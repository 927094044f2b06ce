/**
 *   following    another replica leads and publishes
 *   opening      this one leads and looks where the stream ends
 *   publishing   what is committed gets into the stream
 *   unavailable  JetStream does not take it; it will be made up for
 */
export type WatchState = "following" | "opening" | "publishing" | "unavailable";

/** How the publishing of watch events is, for health, metrics and people. */
export interface WatchStatus {
  readonly state: WatchState;
  /** One sentence: what it does, or why it does not. */
  readonly sentence: string;
  /** Everything up to this zxid is in the stream; 0 while that is not known. */
  readonly publishedZxid: number;
  /** … and so far it should be. */
  readonly committedZxid: number;
  /** Transactions of this epoch that the stream does not have yet. */
  readonly lagTxns: number;
  /** The memory does not reach back to what is missing: it is read from the log. */
  readonly readsLog: boolean;
  /** Since the process began: events that the stream has taken … */
  readonly storedEvents: number;
  /** … that only went to those who listened, while there was no stream, */
  readonly announcedEvents: number;
  /** … gaps that had to be left, */
  readonly gaps: number;
  /** … and how often the stream did not take something. */
  readonly failures: number;
}
