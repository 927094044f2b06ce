import type { Incarnation, ServerId } from "../ids.ts";
import type { PeerCore } from "../peer-core.ts";
import type { ZabState } from "../ready.ts";
import type { Epoch } from "../zxid.ts";

/**
 * How far a learner has come with its leader:
 *
 *   asking        FOLLOWERINFO or OBSERVERINFO sent, no LEADERINFO yet
 *   waiting       ACKEPOCH given, no part of the leader's history yet
 *   pulling       receiving the leader's history
 *   acknowledged  NEWLEADER acknowledged; the epoch may not be established yet
 *   following     the epoch is established
 */
export type JoinPhase = "asking" | "waiting" | "pulling" | "acknowledged" | "following";

const ZAB_STATES: Readonly<Record<JoinPhase, ZabState>> = {
  asking: "DISCOVERY",
  waiting: "SYNCHRONIZATION",
  pulling: "SYNCHRONIZATION",
  acknowledged: "SYNCHRONIZATION",
  following: "BROADCAST",
};

/** A learner's present try to join one leader. */
export class Join {
  readonly #core: PeerCore;
  readonly leader: ServerId;
  leaderIncarnation: Incarnation | undefined;
  attempt: number;
  epoch: Epoch | undefined;
  /** Ticks since the last step forward. */
  idleTicks = 0;
  #phase: JoinPhase = "asking";

  constructor(core: PeerCore, leader: ServerId) {
    this.#core = core;
    this.leader = leader;
    this.attempt = core.nextAttempt();
  }

  get phase(): JoinPhase {
    return this.#phase;
  }

  get zabState(): ZabState {
    return ZAB_STATES[this.#phase];
  }

  /** Whether this learner's history is known to be the beginning of the leader's. */
  get isSynchronized(): boolean {
    return this.#phase === "acknowledged" || this.#phase === "following";
  }

  advance(phase: JoinPhase): void {
    this.#phase = phase;
    this.idleTicks = 0;
  }

  /** Once more from FOLLOWERINFO, with the same leader. Answers to the earlier try are ignored. */
  restart(reason: string): void {
    this.#core.explain(reason);
    this.attempt = this.#core.nextAttempt();
    this.epoch = undefined;
    if (this.#phase === "following") this.idleTicks = 0;
    this.#phase = "asking";
  }
}
