import type { Envelope, LeaderInfo } from "../packets.ts";
import type { PeerCore } from "../peer-core.ts";
import type { Join } from "./join.ts";

/** Phase 1 at a learner: ask, promise the leader's epoch, tell the own history. */
export class LearnerDiscovery {
  readonly #core: PeerCore;
  readonly #join: Join;

  constructor(core: PeerCore, join: Join) {
    this.#core = core;
    this.#join = join;
  }

  /** Repeated until the leader's history comes; any answer may have been lost. */
  sendInfo(): void {
    const { history, hardState, writes, storeId, config, outbox } = this.#core;
    const { attempt, leader } = this.#join;
    const { lastZxid } = history;
    if (config.observer) {
      outbox.send(leader, { type: "OBSERVERINFO", attempt, lastZxid });
      return;
    }
    const { acceptedEpoch } = hardState;
    const { voice } = writes.durableHardState;
    const type = "FOLLOWERINFO";
    outbox.send(leader, { type, attempt, acceptedEpoch, lastZxid, storeId, voice });
  }

  /** Returns whether the epoch was taken. */
  onLeaderInfo(envelope: Envelope, packet: LeaderInfo): boolean {
    if (this.#shouldIgnore(packet)) return false;
    this.#promise(envelope, packet);
    this.#join.epoch = packet.epoch;
    this.#join.leaderIncarnation = envelope.incarnation;
    this.#join.advance("waiting");
    this.#sendAckEpoch(envelope);
    return true;
  }

  #shouldIgnore(packet: LeaderInfo): boolean {
    const { attempt, phase, epoch } = this.#join;
    if (packet.attempt !== attempt) return true;
    if (packet.epoch < this.#core.hardState.acceptedEpoch) return true;
    if (epoch === undefined || packet.epoch > epoch) return false;
    return packet.epoch < epoch || phase !== "waiting";
  }

  /** Observers promise nothing; they only follow the highest epoch. */
  #promise(envelope: Envelope, packet: LeaderInfo): void {
    const core = this.#core;
    if (packet.epoch <= core.hardState.acceptedEpoch) return;
    core.setHardState({ acceptedEpoch: packet.epoch });
    core.promise = {
      epoch: packet.epoch,
      leader: envelope.from,
      incarnation: envelope.incarnation,
    };
  }

  #sendAckEpoch(envelope: Envelope): void {
    const { history, hardState, storeId, promise, outbox } = this.#core;
    const { attempt, epoch } = this.#join;
    if (epoch === undefined) return;
    const promised =
      promise !== undefined &&
      promise.epoch === epoch &&
      promise.leader === envelope.from &&
      promise.incarnation === envelope.incarnation;
    outbox.sendAfterPersist(envelope.from, {
      type: "ACKEPOCH",
      attempt,
      epoch,
      promised,
      currentEpoch: hardState.currentEpoch,
      lastZxid: history.lastZxid,
      epochEnds: history.epochEndsOutline,
      storeId,
      voice: hardState.voice,
    });
  }
}
