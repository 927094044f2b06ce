import type { Join } from "../discovery/join.ts";
import type { Incarnation } from "../ids.ts";
import type { Diff, NewLeader, Snap, Trunc } from "../packets.ts";
import type { PeerCore } from "../peer-core.ts";
import type { Proposal } from "../proposal.ts";
import type { Epoch, Zxid } from "../zxid.ts";
import { ProposalBuffer } from "./proposal-buffer.ts";

/** Ticks without a part after which the learner asks again, and after which it begins anew. */
const ASK_AGAIN_TICKS = 2;
const STALLED_TICKS = 6;

interface Staging {
  readonly zxid: Zxid;
  readonly leaderIncarnation: Incarnation | undefined;
  next: number;
}

/**
 * Phase 2 at a learner. It pulls the leader's history part by part; each part goes to the disk as it
 * comes, log before epoch, so a crash at any point leaves the beginning of the leader's history.
 */
export class LearnerSynchronization {
  readonly #core: PeerCore;
  readonly #join: Join;
  readonly #buffer: ProposalBuffer;
  #staging: Staging | undefined;
  /** What is here is known to be the beginning of the leader's history. */
  #isPrefix = false;
  #ticksSincePart = 0;

  constructor(core: PeerCore, join: Join) {
    this.#core = core;
    this.#join = join;
    this.#buffer = new ProposalBuffer(core.config.committedWindowBytesMax);
  }

  /** A new attempt or epoch: the leader finds out anew how much is common. A snapshot goes on. */
  begin(): void {
    this.#isPrefix = false;
    this.#ticksSincePart = 0;
  }

  /** Proposals multicast meanwhile are kept for the moment when they fit. */
  onProposal(epoch: Epoch, proposal: Proposal): void {
    this.#buffer.add(epoch, proposal);
  }

  onTrunc(packet: Trunc): void {
    if (!this.#isExpected(packet) || this.#isPrefix) return;
    this.#core.truncate(packet.to);
    this.#isPrefix = true;
    this.#staging = undefined;
    this.#received();
    this.#ask();
  }

  onDiff(packet: Diff): void {
    if (!this.#isExpected(packet)) return;
    const { history } = this.#core;
    if (!this.#isPrefix && packet.after !== history.lastZxid) return;
    if (packet.after > history.lastZxid) return;
    this.#isPrefix = true;
    const before = history.lastZxid;
    for (const proposal of packet.proposals) {
      if (proposal.previous === history.lastZxid) this.#core.append(proposal);
    }
    history.commitTo(packet.committed);
    // A part that comes twice must not be answered twice: each answer would bring one more part.
    if (!packet.complete && history.lastZxid === before) return;
    this.#staging = undefined;
    this.#received();
    if (!packet.complete) this.#ask();
  }

  onSnap(packet: Snap): void {
    if (!this.#isExpected(packet) || this.#core.outbox.installed !== undefined) return;
    if (this.#isPrefix && packet.zxid <= this.#core.history.lastZxid) return;
    if (packet.index === 0 && !this.#isStagedHere(packet)) this.#beginStaging(packet);
    const staging = this.#staging;
    if (staging?.zxid !== packet.zxid) return;
    if (packet.index === staging.next) this.#stage(packet, staging);
    else if (this.#join.phase === "waiting") {
      // The leader begins again, but what came before the new attempt is still here.
      this.#received();
      this.#ask();
    }
  }

  onNewLeader(packet: NewLeader): boolean {
    if (!this.#isExpected(packet)) return false;
    const { history, hardState, config } = this.#core;
    if (!this.#isPrefix && packet.lastZxid !== history.lastZxid) return false;
    if (packet.lastZxid > history.lastZxid) return false;
    const currentEpoch = packet.epoch;
    if (config.observer) {
      this.#core.setHardState({ acceptedEpoch: currentEpoch, currentEpoch });
    } else if (hardState.currentEpoch !== currentEpoch) this.#core.setHardState({ currentEpoch });
    for (const proposal of this.#buffer.take(packet.epoch, history.lastZxid)) {
      this.#core.append(proposal);
    }
    return true;
  }

  /** While pulling. Returns whether the leader seems to have forgotten this learner. */
  tick(): boolean {
    this.#ticksSincePart++;
    if (this.#ticksSincePart >= STALLED_TICKS) {
      this.#ticksSincePart = 0;
      return true;
    }
    if (this.#ticksSincePart % ASK_AGAIN_TICKS === 0) this.#ask();
    return false;
  }

  #isExpected(packet: Trunc | Diff | Snap | NewLeader): boolean {
    const { attempt, epoch, phase } = this.#join;
    if (packet.attempt !== attempt || packet.epoch !== epoch) return false;
    return phase === "waiting" || phase === "pulling";
  }

  #isStagedHere(packet: Snap): boolean {
    const staging = this.#staging;
    if (staging === undefined) return false;
    if (staging.leaderIncarnation !== this.#join.leaderIncarnation) return false;
    return staging.zxid >= packet.zxid;
  }

  #beginStaging(packet: Snap): void {
    const { leaderIncarnation } = this.#join;
    this.#staging = { zxid: packet.zxid, leaderIncarnation, next: 0 };
  }

  #stage(packet: Snap, staging: Staging): void {
    const { zxid, index, last, chunk } = packet;
    this.#core.stage({ zxid, index, last, chunk });
    staging.next++;
    if (last) {
      this.#staging = undefined;
      this.#isPrefix = true;
      this.#core.install(zxid, packet.members);
    }
    this.#received();
    this.#ask();
  }

  #received(): void {
    this.#ticksSincePart = 0;
    this.#join.advance("pulling");
  }

  #ask(): void {
    const { attempt, epoch, leader } = this.#join;
    if (epoch === undefined) return;
    const staging = this.#staging;
    const type = "SYNCNEXT";
    if (staging === undefined) {
      const after = this.#core.history.lastZxid;
      this.#core.outbox.send(leader, { type, attempt, epoch, after });
    } else {
      const { zxid: after, next: chunk } = staging;
      this.#core.outbox.send(leader, { type, attempt, epoch, after, chunk });
    }
  }
}
