import { formatZxid } from "@meerkat/zab";
import type { Client } from "./client.ts";
import type { Ensemble } from "./ensemble.ts";
import type { LocalClient } from "./local-client.ts";
import { Violation } from "./violation.ts";
import type { World } from "./world.ts";

/** How often it is looked whether everything has come back, virtual time. */
const LOOK_EVERY_US = 5_000;

/**
 * Liveness after healing: there is one established leader, everybody follows it with a voice and
 * has applied the same, every request is answered, and one more write of every client is, too.
 */
export class Recovery {
  readonly #world: World;
  readonly #ensemble: Ensemble;
  readonly #clients: readonly (Client | LocalClient)[];
  #missing = "nobody has looked yet";
  #complete = false;
  #lastWrites: "not asked" | number = "not asked";

  constructor(world: World, ensemble: Ensemble, clients: readonly (Client | LocalClient)[]) {
    this.#world = world;
    this.#ensemble = ensemble;
    this.#clients = clients;
    this.#lookLater();
  }

  isComplete(): boolean {
    return this.#complete;
  }

  /** @throws Violation that says what has not come back. */
  finish(): void {
    if (!this.#complete) throw new Violation("Liveness", this.#missing);
  }

  #lookLater(): void {
    this.#world.clock.after(LOOK_EVERY_US, () => {
      const missing = this.#whatIsMissing();
      if (missing !== undefined) this.#missing = missing;
      else if (this.#lastWrites === 0) this.#complete = true;
      else if (this.#lastWrites === "not asked") this.#askLastWrites();
      else this.#missing = `${this.#lastWrites} last writes are not answered`;
      if (!this.#complete) this.#lookLater();
    });
  }

  #askLastWrites(): void {
    let open = this.#clients.length;
    this.#lastWrites = open;
    for (const client of this.#clients) {
      client.writeOnce(() => {
        this.#lastWrites = --open;
      });
    }
  }

  #whatIsMissing(): string | undefined {
    const leader = this.#ensemble.leader();
    if (leader?.run === undefined) return "no leader";
    const { epoch, established } = leader.run.status;
    if (!established) return `epoch ${epoch} of leader ${leader.id} is not established`;
    const expected = this.#world.witness.ledger.lastZxid;
    for (const { id, run } of [...this.#ensemble.replicas, ...this.#ensemble.gateways]) {
      if (run === undefined) return `server ${id} is down`;
      const { status } = run;
      const observes = id > 1000;
      if (status.leader !== leader.id || status.epoch !== epoch || !status.established) {
        return `server ${id} is ${status.serverState} and does not follow ${leader.id}`;
      }
      if (!status.voice && !observes) return `server ${id} has no voice`;
      if (run.appliedZxid !== expected) {
        return `server ${id} has applied ${formatZxid(run.appliedZxid)} of ${formatZxid(expected)}`;
      }
    }
    const waiting = this.#ensemble.gateways.find(({ run }) => (run?.waiting ?? 0) > 0);
    return waiting === undefined ? undefined : `requests at ${waiting.id} are not answered`;
  }
}
