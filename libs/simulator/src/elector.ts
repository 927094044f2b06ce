import { formatZxid, type ServerId } from "@meerkat/zab";
import {
  type Advice,
  ELECTOR_TICKS_PER_TICK,
  electionTimes,
  FastLeaderElection,
  type Notification,
} from "@meerkat/zab/election";
import type { Message } from "./messages.ts";
import type { Address } from "./network.ts";
import { Process } from "./process.ts";
import type { World } from "./world.ts";

const FIRST_ELECTOR: Address = 500;

/** Where the elector of a replica is reached. */
export function electorOf(replica: ServerId): Address {
  return FIRST_ELECTOR + replica;
}

export function isElector(address: Address): boolean {
  return address > FIRST_ELECTOR && address < 2 * FIRST_ELECTOR;
}

/** One run of an elector's process: feeds the election what arrives, sends what comes of it. */
export class ElectorRun {
  readonly process = new Process();
  readonly #world: World;
  readonly #replica: ServerId;
  readonly #election: FastLeaderElection;

  constructor(world: World, replica: ServerId, skew: number) {
    this.#world = world;
    this.#replica = replica;
    const { host, peer } = world.options;
    this.#election = new FastLeaderElection({
      self: replica,
      voters: world.voters,
      ...electionTimes(peer.syncLimitTicks),
    });
    const tickUs = Math.round((host.tickUs * skew) / ELECTOR_TICKS_PER_TICK);
    this.process.every(world.clock, tickUs, () => {
      this.#election.tick();
      this.#drain();
    });
  }

  receive(message: Message): void {
    this.process.enter(() => {
      if (message.type === "notification") this.#election.step(message.notification);
      else if (message.type === "state") this.#election.replicaState(message.state);
      this.#drain();
    });
  }

  #drain(): void {
    const { network, voters } = this.#world;
    const self = electorOf(this.#replica);
    while (this.#election.hasReady()) {
      const { notification, advice, question } = this.#election.takeReady();
      if (question) network.send(self, this.#replica, "election", { type: "question" });
      if (advice !== undefined) {
        network.send(self, this.#replica, "election", { type: "advice", advice });
      }
      this.#note(notification, advice);
      if (notification === undefined) continue;
      for (const voter of voters) {
        if (voter === this.#replica) continue;
        network.send(self, electorOf(voter), "election", { type: "notification", notification });
      }
    }
  }

  #note(notification: Notification | undefined, advice: Advice | undefined): void {
    const { transcript, clock } = this.#world;
    if (!transcript.recording) return;
    const name = `elector ${this.#replica}`;
    if (advice !== undefined) {
      transcript.line(clock.nowUs, `${name} advises ${advice.leader} in round ${advice.round}`);
    }
    if (notification === undefined) return;
    const { serverState, round, vote, voice } = notification;
    const says = `${name} is ${serverState} in round ${round}${voice ? "" : " without voice"}`;
    transcript.line(clock.nowUs, `${says} for ${vote.leader} at ${formatZxid(vote.zxid)}`);
  }
}
