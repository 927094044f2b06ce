import type { Ensemble } from "./ensemble.ts";
import { drawOperation } from "./operations.ts";
import { Prng } from "./prng.ts";
import type { World } from "./world.ts";

/** For runs without gateways: hands writes to whoever leads, and does not wait for answers. */
export class LocalClient {
  readonly waiting = 0;
  readonly #world: World;
  readonly #ensemble: Ensemble;
  readonly #prng: Prng;
  #stopped = false;
  #sequence = 0;

  constructor(world: World, ensemble: Ensemble) {
    this.#world = world;
    this.#ensemble = ensemble;
    this.#prng = new Prng(world.options.seed, "local client");
    this.#think();
  }

  stop(): void {
    this.#stopped = true;
  }

  /** Done as soon as it is committed, which shows as the leader's applied zxid moving on. */
  writeOnce(done: () => void): void {
    const { clock, options } = this.#world;
    const before = this.#ensemble.leader()?.run?.appliedZxid ?? 0;
    const look = () => {
      const leader = this.#ensemble.leader()?.run;
      if ((leader?.appliedZxid ?? 0) > before) {
        done();
        return;
      }
      // A change of epoch may have swallowed the one before.
      leader?.submitLocally({ type: "noop" });
      clock.after(options.host.tickUs, look);
    };
    look();
  }

  #think(): void {
    const { clock, options } = this.#world;
    clock.after(Math.round(this.#prng.exponential(options.host.thinkMeanUs)) + 1, () => {
      if (this.#stopped) return;
      const value = `local.${++this.#sequence}`;
      const operation = drawOperation(this.#prng, { value, session: 0 });
      this.#ensemble.leader()?.run?.submitLocally(operation);
      this.#think();
    });
  }
}
