import { LearnerBroadcast } from "../broadcast/learner-broadcast.ts";
import { Join } from "../discovery/join.ts";
import { LearnerDiscovery } from "../discovery/learner-discovery.ts";
import type { ServerId } from "../ids.ts";
import type {
  Commit,
  Envelope,
  Inform,
  LeaderInfo,
  Packet,
  ProposalPacket,
  UpToDate,
} from "../packets.ts";
import type { PeerCore } from "../peer-core.ts";
import type { ServerState, ZabState } from "../ready.ts";
import { LearnerSynchronization } from "../synchronization/learner-synchronization.ts";
import { type Epoch, makeZxid, type Zxid } from "../zxid.ts";
import { dispatch, type Handlers, ignore, type Role } from "./role.ts";

/** Ticks after which an acknowledged NEWLEADER without an answer is taken for a leader that forgot us. */
const STALLED_TICKS = 6;

/** The tick that gives a leader up comes alone, so that a heartbeat which is late is heard before it. */
const RESERVED_TICKS = 1;

/** What an established leader sends to all, and so is alive. */
const HEARTBEATS: readonly Packet["type"][] = ["COMMIT", "PROPOSAL", "INFORM"];

/**
 * One who follows a leader, voting or not. It goes through the phases with that leader as often as
 * needed: a hole or a new epoch of the same leader sends it back to the first, without an election.
 */
export abstract class Learner implements Role {
  abstract readonly serverState: ServerState;
  protected readonly core: PeerCore;
  protected readonly join: Join;
  protected readonly broadcast: LearnerBroadcast;
  readonly #discovery: LearnerDiscovery;
  readonly #synchronization: LearnerSynchronization;
  readonly #handlers: Handlers;
  /** It acknowledges what its disk has. */
  readonly awaitsDisk = true;
  /** Since the leader's last heartbeat in the epoch that is followed. */
  #silentTicks = 0;
  /** Since the leader said anything at all; undefined until it first did. */
  #unheardTicks: number | undefined;

  constructor(core: PeerCore, leader: ServerId) {
    this.core = core;
    this.join = new Join(core, leader);
    this.broadcast = new LearnerBroadcast(core, this.join);
    this.#discovery = new LearnerDiscovery(core, this.join);
    this.#synchronization = new LearnerSynchronization(core, this.join);
    const synchronization = this.#synchronization;
    this.#handlers = {
      LEADERINFO: (envelope, packet) => this.#onLeaderInfo(envelope, packet),
      TRUNC: (_, packet) => synchronization.onTrunc(packet),
      DIFF: (_, packet) => synchronization.onDiff(packet),
      SNAP: (_, packet) => synchronization.onSnap(packet),
      NEWLEADER: (_, packet) => {
        if (synchronization.onNewLeader(packet)) this.newLeaderTaken();
      },
      UPTODATE: (_, packet) => this.#onUpToDate(packet),
      PROPOSAL: (_, packet) => this.#onProposal(packet, packet.committed),
      INFORM: (_, packet) => this.#onProposal(packet, packet.proposal.last),
      COMMIT: (_, packet) => this.#onCommit(packet),
      FOLLOWERINFO: ignore,
      OBSERVERINFO: ignore,
      ACKEPOCH: ignore,
      SYNCNEXT: ignore,
      ACK: ignore,
    };
    this.#discovery.sendInfo();
  }

  get zabState(): ZabState {
    return this.join.zabState;
  }

  get epoch(): Epoch {
    return this.join.epoch ?? this.core.hardState.currentEpoch;
  }

  get leader(): ServerId {
    return this.join.leader;
  }

  get established(): boolean {
    return this.join.phase === "following";
  }

  step(envelope: Envelope): void {
    if (envelope.from !== this.join.leader) {
      this.onStranger(envelope);
      return;
    }
    if (this.#isHeartbeat(envelope.packet)) this.#silentTicks = 0;
    this.#unheardTicks = 0;
    dispatch(this.#handlers, envelope);
  }

  tick(): void {
    const { config } = this.core;
    this.join.idleTicks++;
    this.#silentTicks++;
    if (this.join.phase === "following") {
      if (this.#silentTicks > config.syncLimitTicks) {
        this.core.endRole(
          `nothing heard of leader ${this.leader} for ${this.#silentTicks - 1} ticks`,
        );
      } else if (this.broadcast.tick()) this.#rejoin("a proposal of the leader was lost");
      return;
    }
    if (this.#isLeaderGone()) {
      this.core.endRole(`server ${this.leader} fell silent before it had taken this server in`);
    } else if (this.join.idleTicks > config.initLimitTicks) {
      this.core.endRole(
        `server ${this.leader} did not take this server in within ${config.initLimitTicks} ticks`,
      );
    } else this.#repeat();
  }

  get quietTicks(): number {
    if (this.join.phase !== "following" || this.broadcast.isMissingProposals) return 0;
    return this.core.config.syncLimitTicks - RESERVED_TICKS - this.#silentTicks;
  }

  abstract persisted(): void;

  get hasWork(): boolean {
    return this.broadcast.ackDue;
  }

  abstract prepareReady(): void;

  leave(): void {
    // What was received stays; the next leader sorts it out.
  }

  /** The leader's history is here, NEWLEADER is on its way to the disk. */
  protected abstract newLeaderTaken(): void;

  /** A packet of a server that is not the leader. */
  protected abstract onStranger(envelope: Envelope): void;

  /** An established epoch means that its initial history is committed, whatever else was heard. */
  protected becomeEstablished(): void {
    if (this.join.phase === "following") return;
    this.broadcast.commitTo(makeZxid(this.epoch, 0));
    this.join.advance("following");
    this.#silentTicks = 0;
    this.core.explain(`server ${this.leader} leads epoch ${this.epoch}`);
  }

  /** The leader of a higher epoch than ours is established: ours cannot commit any more. */
  protected isDeposedBy(packet: Commit): boolean {
    return this.join.epoch !== undefined && packet.epoch > this.join.epoch;
  }

  /**
   * A leader that had answered answers every try, so its silence is its end. One that was not heard yet
   * may still wait for others, and is given the whole of initLimitTicks.
   */
  #isLeaderGone(): boolean {
    if (this.#unheardTicks === undefined) return false;
    this.#unheardTicks++;
    return this.#unheardTicks > 2 * this.core.config.syncLimitTicks;
  }

  #isHeartbeat(packet: Packet): boolean {
    if (!HEARTBEATS.includes(packet.type)) return false;
    return "epoch" in packet && packet.epoch === this.join.epoch;
  }

  #onLeaderInfo(envelope: Envelope, packet: LeaderInfo): void {
    if (!this.#discovery.onLeaderInfo(envelope, packet)) return;
    this.broadcast.reset();
    this.#synchronization.begin();
    this.core.explain(`server ${this.leader} opens epoch ${packet.epoch}`);
  }

  #onProposal(packet: ProposalPacket | Inform, committed: Zxid): void {
    const ours = packet.epoch === this.join.epoch && this.join.isSynchronized;
    if (ours && this.broadcast.onProposal(packet.proposal)) {
      this.broadcast.commitTo(committed);
      return;
    }
    this.#synchronization.onProposal(packet.epoch, packet.proposal);
    if (ours) this.#rejoin("a proposal of the leader was lost");
  }

  #onCommit(packet: Commit): void {
    if (this.isDeposedBy(packet)) {
      this.#rejoin(`leader ${this.leader} has opened epoch ${packet.epoch}`);
      return;
    }
    if (packet.epoch !== this.join.epoch || !this.join.isSynchronized) return;
    this.becomeEstablished();
    this.broadcast.onCommit(packet);
  }

  #onUpToDate(packet: UpToDate): void {
    const { attempt, epoch, isSynchronized } = this.join;
    if (packet.attempt !== attempt || packet.epoch !== epoch || !isSynchronized) return;
    this.becomeEstablished();
    this.broadcast.commitTo(packet.committed);
  }

  #rejoin(reason: string): void {
    this.join.restart(reason);
    this.broadcast.reset();
    this.#discovery.sendInfo();
  }

  #repeat(): void {
    switch (this.join.phase) {
      case "asking":
      case "waiting":
        this.#discovery.sendInfo();
        return;
      case "pulling":
        if (this.#synchronization.tick()) this.#rejoin("the leader sends no more of its history");
        return;
      case "acknowledged":
        if (this.join.idleTicks % STALLED_TICKS === 0) {
          this.#rejoin("the leader does not answer our acknowledgement");
        } else this.broadcast.requestAck();
        return;
      case "following":
        return;
    }
  }
}
