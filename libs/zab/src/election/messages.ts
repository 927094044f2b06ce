import type { Incarnation, ServerId } from "../ids.ts";
import type { ServerState } from "../ready.ts";
import type { Epoch, Zxid } from "../zxid.ts";
import type { Vote } from "./vote.ts";

/** Replica to its elector, at each change and each tick: what its PeerStatus says. */
export interface ReplicaState {
  /** Of the replica's process. */
  readonly incarnation: Incarnation;
  readonly serverState: ServerState;
  /** The currentEpoch while LOOKING, otherwise the epoch being joined or led. */
  readonly epoch: Epoch;
  readonly lastZxid: Zxid;
  readonly leader: ServerId | undefined;
  readonly established: boolean;
  readonly voice: boolean;
}

/** Elector to all electors. */
export interface Notification {
  readonly from: ServerId;
  /** Of the sender's replica. */
  readonly serverState: ServerState;
  /** ZooKeeper's electionEpoch: the sender's logicalClock, one per round of voting. */
  readonly round: number;
  /** While LOOKING the sender's vote; otherwise its leader, with the sender's own epoch and zxid. */
  readonly vote: Vote;
  /** History of the sender's own replica; an empty one has zxid 0. */
  readonly epoch: Epoch;
  readonly lastZxid: Zxid;
  /** Without a voice (ADR 0001) the vote does not count. */
  readonly voice: boolean;
  readonly established: boolean;
}

/** Elector to its own replica: lead (when it names the replica itself) or follow. */
export interface Advice {
  readonly leader: ServerId;
  /** The same round repeats the same advice; whoever acted on it once need not again. */
  readonly round: number;
  /** The replica's process that it is meant for. */
  readonly incarnation: Incarnation;
}
