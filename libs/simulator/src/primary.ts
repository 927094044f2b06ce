import type { Operation, SessionId } from "@meerkat/tree";
import type { Epoch, Peer, Zxid } from "@meerkat/zab";
import { Intake } from "./intake.ts";
import type { ToGateway, ToLeader } from "./messages.ts";
import { mark } from "./tally.ts";
import type { TreeHost } from "./tree-host.ts";
import type { World } from "./world.ts";

type Answer = (to: number, message: ToGateway) => void;

/** What a replica does beside ZAB while it is the established leader of one epoch. */
export class Primary {
  readonly epoch: Epoch;
  readonly #world: World;
  readonly #peer: Peer;
  readonly #host: TreeHost;
  readonly #answer: Answer;
  readonly #intake: Intake;
  readonly #barriers = new Map<number, { readonly from: number; readonly id: number }>();
  readonly #heardMs = new Map<SessionId, number>();
  readonly #closing = new Set<SessionId>();
  /** What earlier epochs left must be in the tree before anything new is prepared on it. */
  readonly #historyEnd: Zxid;
  readonly #since: number;
  #nextBarrier: number;

  constructor(parts: {
    world: World;
    peer: Peer;
    host: TreeHost;
    epoch: Epoch;
    historyEnd: Zxid;
    nowMs: number;
    answer: Answer;
  }) {
    this.epoch = parts.epoch;
    this.#world = parts.world;
    this.#peer = parts.peer;
    this.#host = parts.host;
    this.#answer = parts.answer;
    this.#since = parts.nowMs;
    this.#historyEnd = parts.historyEnd;
    this.#intake = new Intake(parts.epoch);
    this.#nextBarrier = parts.epoch * 1_000_000;
  }

  onMessage(from: number, message: ToLeader, nowMs: number): ToGateway | undefined {
    switch (message.type) {
      case "requests":
        return this.#intake.onRequests(message);
      case "tick":
        for (const session of message.touched) this.#heardMs.set(session, nowMs);
        return this.#intake.onTick(message);
      case "barrier": {
        const id = this.#nextBarrier++;
        this.#barriers.set(id, { from, id: message.id });
        this.#peer.barrier(id);
        return undefined;
      }
    }
  }

  /**
   * Sessions that nobody has touched for their timeout are closed; a new leader starts counting
   * anew.
   */
  tick(nowMs: number): void {
    for (const { id, timeoutMs } of this.#host.sessions()) {
      const heardMs = this.#heardMs.get(id) ?? this.#since;
      if (nowMs - heardMs <= timeoutMs || this.#closing.has(id)) continue;
      this.#closing.add(id);
      mark(this.#world.tally, "session expired");
      this.add({ type: "closeSession", session: id });
    }
  }

  /** The leader's own request: nobody waits for its answer. */
  add(operation: Operation): void {
    this.#intake.add({ origin: { gateway: 0, number: 0 }, session: 0, credentials: [], operation });
  }

  /** Proposes one batch if there is one and the peer takes it. */
  propose(nowMs: number): boolean {
    if (this.#intake.length === 0 || !this.#peer.canPropose) return false;
    if (this.#host.appliedZxid < this.#historyEnd) return false;
    const requests = this.#intake.take(this.#world.options.host.batchMax);
    this.#host.propose(this.#peer, requests, nowMs);
    return true;
  }

  confirmBarrier(id: number, zxid: Zxid): void {
    const barrier = this.#barriers.get(id);
    this.#barriers.delete(id);
    if (barrier === undefined) return;
    this.#answer(barrier.from, { type: "barrier", epoch: this.epoch, id: barrier.id, zxid });
  }

  loseBarrier(id: number): void {
    this.#barriers.delete(id);
  }
}
