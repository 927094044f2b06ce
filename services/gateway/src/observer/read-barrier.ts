import type { BarrierReply } from "@meerkat/transport";
import type { Epoch } from "@meerkat/zab";
import { Deque } from "../deque.ts";
import type { LeaderLink } from "./leader-link.ts";
import type { ObserverLimits } from "./limits.ts";
import type { PendingRead } from "./pending-read.ts";

interface Round {
  readonly id: number;
  sentAtTick: number;
  reads: PendingRead[];
}

export interface ReadBarrierOptions {
  readonly gateway: number;
  readonly limits: ObserverLimits;
  readonly link: LeaderLink;
  readonly defer: (action: () => void) => void;
  /** A quorum confirmed the leader after `read` arrived; it may run once `zxid` is applied. */
  readonly onConfirmed: (read: PendingRead, zxid: number) => void;
}

/**
 * Asks the leader for the zxid that a linearizable read must not be older than. All reads of one
 * turn of the event loop share a round, and while the rounds on their way are at their bound, reads
 * gather for the next. The answer to a round holds for every round sent before it, too.
 *
 * A round begins after its reads have arrived. That is the whole point: what any client was told
 * before the read began is then covered by the answer.
 */
export class ReadBarrier {
  readonly #options: ReadBarrierOptions;
  readonly #rounds = new Deque<Round>();
  #gathering: PendingRead[] = [];
  #deferred = false;
  #epoch: Epoch | undefined = undefined;
  #nextId = 1;
  #tick = 0;

  constructor(options: ReadBarrierOptions) {
    this.#options = options;
  }

  /** Reads that wait for a confirmation. */
  get size(): number {
    let size = this.#gathering.length;
    for (let index = 0; index < this.#rounds.size; index += 1) {
      size += this.#rounds.at(index)?.reads.length ?? 0;
    }
    return size;
  }

  join(read: PendingRead): void {
    this.#gathering.push(read);
    if (this.#deferred) return;
    this.#deferred = true;
    this.#options.defer(this.#onDeferred);
  }

  /** A leader can be asked: under another epoch all rounds begin again. */
  open(epoch: Epoch): void {
    if (epoch !== this.#epoch) this.#gatherRounds();
    this.#epoch = epoch;
    this.#launch();
  }

  /** There is nobody to ask; reads gather. */
  close(): void {
    this.#gatherRounds();
    this.#epoch = undefined;
  }

  onReply(message: BarrierReply): void {
    if (message.epoch !== this.#epoch) return;
    for (let round = this.#rounds.first(); round !== undefined; round = this.#rounds.first()) {
      if (round.id > message.id) break;
      this.#rounds.shift();
      for (const read of round.reads) {
        if (!read.isOver) this.#options.onConfirmed(read, message.zxid);
      }
    }
    this.#launch();
  }

  /**
   * Once per tick: rounds without an answer are asked again under the same id, since either answer
   * will do, and reads whose callers were told that it took too long are forgotten.
   */
  tick(): void {
    this.#tick += 1;
    this.#gathering = this.#gathering.filter(isUnderWay);
    const due = this.#tick - this.#options.limits.barrierRetryTicks;
    for (let index = 0; index < this.#rounds.size; index += 1) {
      const round = this.#rounds.at(index);
      if (round === undefined || round.sentAtTick > due) continue;
      round.reads = round.reads.filter(isUnderWay);
      this.#ask(round);
    }
    this.#launch();
  }

  readonly #onDeferred = (): void => {
    this.#deferred = false;
    this.#launch();
  };

  #launch(): void {
    if (this.#epoch === undefined || this.#gathering.length === 0) return;
    if (this.#rounds.size >= this.#options.limits.barrierRoundsMax) return;
    const round: Round = { id: this.#nextId, sentAtTick: this.#tick, reads: this.#gathering };
    this.#nextId += 1;
    this.#gathering = [];
    this.#rounds.push(round);
    this.#ask(round);
  }

  #ask(round: Round): void {
    if (this.#epoch === undefined) return;
    round.sentAtTick = this.#tick;
    const { gateway, link } = this.#options;
    link.send({ type: "barrier", gateway, epoch: this.#epoch, id: round.id });
  }

  /** Under another epoch an answer to these would not come; their reads begin again. */
  #gatherRounds(): void {
    for (let round = this.#rounds.shift(); round !== undefined; round = this.#rounds.shift()) {
      this.#gathering.push(...round.reads);
    }
  }
}

function isUnderWay(read: PendingRead): boolean {
  return !read.isOver;
}
