import { electorOf } from "./elector.ts";
import type { Ensemble, ReplicaSlot } from "./ensemble.ts";
import type { Fault } from "./faults.ts";
import type { Address } from "./network.ts";
import { Prng } from "./prng.ts";
import { countFault } from "./tally.ts";
import type { World } from "./world.ts";

const PHASES_MAX = 5;
/** What an election takes once a dead leader was noticed. */
const ELECTION_TICKS_MAX = 15;

/**
 * The fault that protocols die of: the ensemble splits, and before either side has noticed, it
 * splits in another way, so that some server has been with one majority, then with another, and
 * may have restarted or lost its disk in between.
 */
export class Shift {
  readonly #world: World;
  readonly #ensemble: Ensemble;
  readonly #prng: Prng;
  readonly #crash: number;
  readonly #wipe: number;
  #cut: number | undefined;
  #phases: number;
  #isFirst = true;
  #over = false;

  constructor(world: World, ensemble: Ensemble, fault: Fault) {
    this.#world = world;
    this.#ensemble = ensemble;
    this.#prng = new Prng(Math.floor(fault.draws[0] * 2 ** 50), "shift");
    this.#crash = this.#prng.pick([0, 0.4, 0.8]);
    this.#wipe = fault.draws[1] < 0.5 ? 0.7 : 0;
    this.#phases = this.#prng.between(2, PHASES_MAX);
    this.#nextPhase();
  }

  get isOver(): boolean {
    return this.#over;
  }

  /** The last split heals. */
  end(): void {
    this.#over = true;
    this.#heal();
  }

  #nextPhase(): void {
    if (this.#over) return;
    this.#heal();
    if (this.#phases-- === 0) this.#over = true;
    if (this.#over) return;
    const { clock, network, options, voters, observers } = this.#world;
    const majority = this.#drawMajority();
    const wasFirst = this.#isFirst;
    this.#isFirst = false;
    const inside = new Set<Address>([...majority.map(({ id }) => id)]);
    for (const observer of observers) if (this.#prng.chance(0.5)) inside.add(observer);
    for (const voter of voters) {
      // Mostly an elector is cut off together with its replica.
      if (inside.has(voter) !== this.#prng.chance(0.1)) inside.add(electorOf(voter));
    }
    const all: Address[] = [...voters, ...observers, ...voters.map(electorOf)];
    const outside = all.filter((address) => !inside.has(address));
    this.#cut = network.cut(bothWays([...inside], outside));
    if (!wasFirst) this.#disturb(majority);
    // About as long as it takes to notice a dead leader and elect another, or not quite.
    const { syncLimitTicks } = options.peer;
    const ticks =
      this.#prng.exponential(syncLimitTicks) + this.#prng.between(1, ELECTION_TICKS_MAX);
    clock.after(Math.round(ticks * options.host.tickUs), () => this.#nextPhase());
  }

  /** At first mostly with the leader, afterwards mostly without it. */
  #drawMajority(): ReplicaSlot[] {
    const { replicas } = this.#ensemble;
    const size = Math.floor(replicas.length / 2) + 1;
    const drawn = this.#prng.shuffle(replicas);
    const leader = this.#ensemble.leader();
    if (leader === undefined || this.#prng.chance(0.3)) return drawn.slice(0, size);
    const others = drawn.filter((slot) => slot !== leader);
    return this.#isFirst ? [leader, ...others.slice(0, size - 1)] : others.slice(0, size);
  }

  /** Some of those who are together now have just come back, with their disk or with a new one. */
  #disturb(slots: readonly ReplicaSlot[]): void {
    for (const slot of slots) {
      if (!this.#prng.chance(this.#crash) || slot.run === undefined) continue;
      this.#ensemble.crashReplica(slot);
      countFault(this.#world.tally, "crash");
      if (this.#prng.chance(this.#wipe) && this.#ensemble.mayWipe(slot)) {
        this.#ensemble.wipe(slot);
        countFault(this.#world.tally, "wipe");
      }
      this.#ensemble.startReplica(slot);
    }
  }

  #heal(): void {
    if (this.#cut !== undefined) this.#world.network.heal(this.#cut);
    this.#cut = undefined;
  }
}

export function bothWays(
  left: readonly Address[],
  right: readonly Address[],
): [Address, Address][] {
  return left.flatMap((one) =>
    right.flatMap((other): [Address, Address][] => [
      [one, other],
      [other, one],
    ]),
  );
}
