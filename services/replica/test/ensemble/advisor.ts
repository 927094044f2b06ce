import type { Bus, Subjects } from "@meerkat/bus";
import { decodeReplicaState, encodeAdvice, encodeQuestion } from "@meerkat/transport";
import type { Incarnation, ServerId } from "@meerkat/zab";
import type { ReplicaState } from "@meerkat/zab/election";

const FRESH_MS = 300;
const PERIOD_MS = 20;

/**
 * Stands in for all electors: follows a leader that is there, and otherwise advises every LOOKING
 * replica to follow the most recent one of a LOOKING majority.
 */
export class Advisor {
  readonly #bus: Bus;
  readonly #subjects: Subjects;
  readonly #ids: readonly number[];
  readonly #states = new Map<number, { readonly state: ReplicaState; readonly atMs: number }>();
  readonly #timer: NodeJS.Timeout;
  #round = 0;

  constructor(bus: Bus, subjects: Subjects, ids: readonly number[]) {
    this.#bus = bus;
    this.#subjects = subjects;
    this.#ids = ids;
    for (const id of ids) {
      bus.subscribe(subjects.electionState(id), (bytes) => {
        this.#states.set(id, { state: decodeReplicaState(bytes), atMs: performance.now() });
      });
    }
    this.#timer = setInterval(() => this.#advise(), PERIOD_MS);
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  #fresh(): readonly (readonly [number, ReplicaState])[] {
    const now = performance.now();
    return [...this.#states]
      .filter(([, { atMs }]) => now - atMs < FRESH_MS)
      .map(([id, { state }]) => [id, state]);
  }

  #advise(): void {
    // Whoever leads or follows reports when it is asked.
    for (const id of this.#ids) {
      this.#bus.publish(this.#subjects.electionAsk(id), encodeQuestion());
    }
    const leader = this.#choose();
    if (leader === undefined) return;
    this.#round += 1;
    for (const [id, { serverState, incarnation }] of this.#fresh()) {
      if (serverState !== "LOOKING") continue;
      const advice = { leader: leader as ServerId, round: this.#round, incarnation };
      const bytes = encodeAdvice({ elector: 1 as Incarnation, advice });
      this.#bus.publish(this.#subjects.electionAdvice(id), bytes);
    }
  }

  #choose(): number | undefined {
    const fresh = this.#fresh();
    const leading = fresh.find(([, { serverState }]) => serverState === "LEADING");
    if (leading !== undefined) return leading[0];
    const looking = fresh.filter(([, { serverState }]) => serverState === "LOOKING");
    if (looking.length * 2 <= this.#ids.length) return undefined;
    const speaking = looking.filter(([, { voice, lastZxid }]) => voice || lastZxid === 0);
    const best = speaking.toSorted(
      ([a, one], [b, two]) => two.epoch - one.epoch || two.lastZxid - one.lastZxid || b - a,
    );
    return best[0]?.[0];
  }
}
