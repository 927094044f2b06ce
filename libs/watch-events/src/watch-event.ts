import type { ChangeType, SessionId, Stat, ZnodeData } from "@meerkat/tree";

/**
 * One change of one znode by a committed txn: what subscribers are told. A txn makes as many as it
 * changes znodes; they are counted by `index` in the order in which it changes them.
 */
export interface WatchEvent {
  readonly type: ChangeType;
  readonly path: string;
  readonly zxid: number;
  /** Position among the changes of its txn, from 0. */
  readonly index: number;
  /** Of the txn, ms since the Unix epoch. */
  readonly time: number;
  /** Whose request it was; 0 for a request without a session, and for the leader's own. */
  readonly session: SessionId;
  /**
   * The znode behind the change; of a deleted one, as it was. A field that stands here is exact; one
   * that whoever made this event could not know is missing.
   */
  readonly stat: Partial<Stat>;
  /** Of NodeCreated and NodeDataChanged, unless it was too large to be kept. One character per byte. */
  readonly data?: ZnodeData;
  /** W3C trace context of the request, when it came with one. */
  readonly traceparent?: string;
}
