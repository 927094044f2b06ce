import type { SessionId } from "@meerkat/tree";
import { Deque } from "../deque.ts";
import type { PendingRead } from "./pending-read.ts";
import type { PendingWrite } from "./pending-write.ts";

/** The requests of one session that are under way, in the order in which they arrived. */
export class SessionLine {
  readonly session: SessionId;
  /** Not started: for want of room or of a leader, or because a read before them holds the line. */
  readonly waiting = new Deque<PendingWrite | PendingRead>();
  /** The newest write that has a number and no answer; later reads go behind it. */
  lastSent: PendingWrite | undefined = undefined;
  /** Reads under way that later requests must wait for. */
  readsHolding = 0;
  /** It stands in the rota of lines that have something to start. */
  inRota = false;

  constructor(session: SessionId) {
    this.session = session;
  }

  get isIdle(): boolean {
    return this.waiting.size === 0 && this.lastSent === undefined && this.readsHolding === 0;
  }

  /** Session 0 stands for all requests without a session: those have no order among them. */
  get isOrdered(): boolean {
    return this.session !== 0;
  }

  /** A request that arrives now may start at once. */
  get isFree(): boolean {
    return this.waiting.size === 0 && this.readsHolding === 0;
  }
}
