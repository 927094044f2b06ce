import type { ServerId } from "@meerkat/zab";
import type { Ensemble } from "./ensemble.ts";
import { Prng } from "./prng.ts";
import type { World } from "./world.ts";

/**
 * Election by decree, for runs in which it may be as wrong as it likes: each server that looks for
 * a leader is told of one now and then, mostly the same as the others, sometimes anyone. Once
 * honest, it names the most recent voter that can lead.
 */
export class Oracle {
  #honest = false;
  readonly #world: World;
  readonly #ensemble: Ensemble;
  readonly #prng: Prng;
  #favourite: ServerId;

  constructor(world: World, ensemble: Ensemble) {
    this.#world = world;
    this.#ensemble = ensemble;
    this.#prng = new Prng(world.options.seed, "oracle");
    this.#favourite = this.#prng.pick(world.voters);
    this.#speak();
  }

  /** With electors beside it, it says no more. */
  becomeHonest(): void {
    this.#honest = true;
  }

  #speak(): void {
    const { clock, options } = this.#world;
    clock.after(Math.round(this.#prng.exponential(options.host.tickUs)) + 1, () => {
      const electorsDecide = this.#world.options.election === "both";
      if (electorsDecide && (this.#honest || this.#prng.chance(0.9))) return this.#speak();
      this.#advise();
      this.#speak();
    });
  }

  #advise(): void {
    if (this.#honest) this.#favourite = this.#mostRecent() ?? this.#favourite;
    else if (this.#prng.chance(0.1)) this.#favourite = this.#prng.pick(this.#world.voters);
    else if (this.#prng.chance(0.05)) this.#favourite = this.#mostRecent() ?? this.#favourite;
    for (const server of this.#ensemble.looking()) {
      if (!this.#honest && this.#prng.chance(0.5)) continue;
      const wrong = !this.#honest && this.#prng.chance(0.1);
      server.advise(wrong ? this.#prng.pick(this.#world.voters) : this.#favourite);
    }
  }

  /** An established leader if there is one, otherwise the voter with the most recent history. */
  #mostRecent(): ServerId | undefined {
    let best: { id: ServerId; rank: readonly number[] } | undefined;
    for (const { id, status } of this.#ensemble.liveVoters()) {
      const leads = status.serverState === "LEADING" && status.established;
      const rank = [leads ? status.epoch : 0, status.voice ? 1 : 0, status.epoch, status.lastZxid];
      if (best === undefined || isGreater(rank, best.rank)) best = { id, rank };
    }
    return best?.id;
  }
}

function isGreater(one: readonly number[], other: readonly number[]): boolean {
  for (const [index, value] of one.entries()) {
    if (value !== other[index]) return value > (other[index] ?? 0);
  }
  return false;
}
