import { type Command, runScripts } from "@meerkat/datadriven";
import type { Advice, Notification, ReplicaState } from "../../src/election/index.ts";
import {
  type Epoch,
  formatZxid,
  type Incarnation,
  type ServerId,
  type ServerState,
  type Zxid,
} from "../../src/index.ts";
import { Electors } from "./electors.ts";

/**
 * Commands (replicas report their state at each tick while they look, and when they are asked, as
 * real ones do):
 *
 *     electors <count>
 *     replica <id> looking|following|leading [epoch=] [zxid=] [leader=] [voice=no] [established=yes]
 *     gone <id>                replica stops reporting
 *     kill <id> · restart <id> its elector
 *     deliver [lose=from->to]  everything under way, and what comes of it
 *     tick <count>             all electors, delivering everything after each
 *     status <id>
 */
class Script {
  #output: string[] = [];
  #electors = new Electors(0, { onAdvice: () => undefined });
  readonly #replicas = new Map<ServerId, ReplicaState>();

  run({ name, args, options }: Command): string {
    this.#output = [];
    const id = Number(args[0]) as ServerId;
    if (name === "electors") this.#start(id);
    else if (name === "replica") this.#replica(id, args[1] ?? "", options);
    else if (name === "gone") this.#replicas.delete(id);
    else if (name === "kill") this.#electors.kill(id);
    else if (name === "restart") this.#electors.restart(id);
    else if (name === "deliver") this.#deliver(options.get("lose"));
    else if (name === "tick") this.#tick(id);
    else if (name === "status") this.#output.push(this.#electors.statusOf(id));
    else throw new Error(`unknown command ${name}`);
    return this.#output.length === 0 ? "ok" : this.#output.join("\n");
  }

  #start(count: number): void {
    this.#electors = new Electors(count, {
      onSend: (notification) => this.#output.push(describeNotification(notification)),
      onAdvice: (self, advice) => this.#output.push(describeAdvice(self, advice)),
      onQuestion: (self) => this.#report(self),
    });
  }

  #report(id: ServerId): void {
    const state = this.#replicas.get(id);
    if (state !== undefined) this.#electors.report(id, state);
  }

  #replica(id: ServerId, state: string, options: ReadonlyMap<string, string>): void {
    const before = this.#replicas.get(id);
    const leader = options.get("leader") ?? (state === "leading" ? String(id) : undefined);
    const next: ReplicaState = {
      incarnation: (before?.incarnation ?? 1) as Incarnation,
      serverState: state.toUpperCase() as ServerState,
      epoch: Number(options.get("epoch") ?? before?.epoch ?? 1) as Epoch,
      lastZxid: Number(options.get("zxid") ?? before?.lastZxid ?? 0) as Zxid,
      leader: leader === undefined ? undefined : (Number(leader) as ServerId),
      established: options.get("established") === "yes",
      voice: options.get("voice") !== "no",
    };
    this.#replicas.set(id, next);
    this.#electors.report(id, next);
  }

  #deliver(lost?: string): void {
    const isLost = (from: ServerId, to: ServerId) => `${from}->${to}` === lost;
    let more = true;
    while (more) more = this.#electors.deliverOne((m) => isLost(m.notification.from, m.to));
  }

  #tick(count: number): void {
    for (let n = 0; n < count; n += 1) {
      for (const [id, { serverState }] of this.#replicas) {
        if (serverState === "LOOKING") this.#report(id);
      }
      for (const id of this.#electors.ids) this.#electors.tick(id);
      this.#deliver();
    }
  }
}

function describeNotification(notification: Notification): string {
  const { from, serverState, round, vote, voice, established } = notification;
  const history = `epoch ${vote.peerEpoch} ${formatZxid(vote.zxid)}`;
  const says =
    serverState === "LOOKING"
      ? `LOOKING, votes ${vote.leader} (${history})`
      : `${serverState}, leader ${vote.leader} (${history})${established ? ", established" : ""}`;
  return `${from}: round ${round}, ${says}${voice ? "" : ", without voice"}`;
}

function describeAdvice(self: ServerId, { leader, round }: Advice): string {
  return `${self}: round ${round}, ADVICE ${leader === self ? "lead" : `follow ${leader}`}`;
}

runScripts(`${import.meta.dirname}/scripts`, () => {
  const script = new Script();
  return (command) => script.run(command);
});
