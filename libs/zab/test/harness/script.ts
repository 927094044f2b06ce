import type { Command } from "@meerkat/datadriven";
import {
  describeEnvelope,
  describeProposal,
  describeReady,
  describeStatus,
  formatZxid,
  type PeerConfig,
  type Zxid,
} from "../../src/index.ts";
import { Ensemble, type InFlight } from "./ensemble.ts";

type Action = (command: Command, ensemble: Ensemble) => string[] | undefined;

const CONFIG_FIELDS = [
  "initLimitTicks",
  "syncLimitTicks",
  "proposalsInFlightMax",
  "committedWindowBytesMax",
  "syncChunkBytesMax",
  "counterMax",
] as const;

/**
 * The commands of a transcript. Every command prints what the peers asked their hosts for while it
 * ran; `quiet` as an argument leaves that out.
 *
 *   ensemble voters=3 observers=1 [config fields]   advise LEADER [SERVER…]   settle LEADER
 *   deliver all | FROM->TO [TYPE]      drop FROM->TO [TYPE]    duplicate FROM->TO TYPE    network
 *   tick [SERVER…] [times=n]           propose SERVER TEXT [count=n]          barrier SERVER ID
 *   hold SERVER   release SERVER       crash SERVER   wipe SERVER   start SERVER
 *   purge SERVER [chunks=n]            status [SERVER…]   log SERVER   delivered
 */
export class ScriptRunner {
  #ensemble: Ensemble | undefined;
  #lines: string[] = [];

  run(command: Command): string {
    this.#lines = [];
    if (command.name === "ensemble") this.#begin(command);
    const action = ACTIONS[command.name];
    if (action === undefined && command.name !== "ensemble") {
      throw new Error(`unknown command "${command.name}"`);
    }
    const ensemble = this.#ensemble;
    if (ensemble === undefined) throw new Error("a script begins with an ensemble");
    const answer = action?.(command, ensemble);
    if (answer !== undefined) return answer.join("\n");
    return command.args.includes("quiet") ? "ok" : this.#lines.join("\n") || "nothing";
  }

  #begin({ options }: Command): void {
    const config: Partial<Record<(typeof CONFIG_FIELDS)[number], number>> = {};
    for (const field of CONFIG_FIELDS) {
      const value = options.get(field);
      if (value !== undefined) config[field] = Number(value);
    }
    this.#ensemble = new Ensemble({
      voters: Number(options.get("voters") ?? 3),
      observers: Number(options.get("observers") ?? 0),
      config: config satisfies Partial<PeerConfig>,
    });
    this.#ensemble.trace = ({ id }, ready) => {
      for (const line of describeReady(ready)) this.#lines.push(`${id} ${line}`);
    };
    this.#lines.push("ok");
  }
}

const ACTIONS: Readonly<Record<string, Action>> = {
  advise: ({ args }, ensemble) => {
    const [leader, ...servers] = args.filter((arg) => arg !== "quiet").map(Number);
    ensemble.advise(leader ?? 0, ...servers);
    return undefined;
  },
  settle: ({ args }, ensemble) => {
    ensemble.advise(Number(args[0]));
    for (let i = 0; i < 4; i++) {
      ensemble.run();
      ensemble.tick();
    }
    ensemble.run();
    return [...ensemble.nodes.values()]
      .filter(({ up }) => up)
      .map(({ id, peer }) => `${id} ${describeStatus(peer.status)}`);
  },
  deliver: (command, ensemble) => {
    if (command.args[0] === "all") ensemble.run();
    else {
      const messages = take(command, ensemble);
      for (const message of messages) ensemble.deliver(message);
      if (messages.length === 0) return ["nothing under way"];
    }
    return undefined;
  },
  drop: (command, ensemble) => take(command, ensemble).map(describeMessage),
  duplicate: (command, ensemble) => {
    const found = take(command, ensemble);
    ensemble.network.push(...found, ...found);
    return found.map(describeMessage);
  },
  network: (_, ensemble) => ensemble.network.map(describeMessage),
  tick: ({ args, options }, ensemble) => {
    const servers = args.filter((arg) => arg !== "quiet").map(Number);
    for (let i = Number(options.get("times") ?? 1); i > 0; i--) ensemble.tick(...servers);
    return undefined;
  },
  propose: ({ args, options }, ensemble) => {
    ensemble.propose(Number(args[0]), args[1] ?? "", Number(options.get("count") ?? 1));
    return undefined;
  },
  barrier: ({ args }, ensemble) => {
    const node = ensemble.node(Number(args[0]));
    node.peer.barrier(Number(args[1]));
    ensemble.work(node);
    return undefined;
  },
  hold: ({ args }, ensemble) => {
    ensemble.node(Number(args[0])).holding = true;
    return ["writes wait"];
  },
  release: ({ args }, ensemble) => {
    ensemble.release(Number(args[0]));
    return undefined;
  },
  crash: ({ args }, ensemble) => {
    ensemble.crash(Number(args[0]));
    return [`${args[0]} is down`];
  },
  wipe: ({ args }, ensemble) => {
    ensemble.wipe(Number(args[0]));
    return [`${args[0]} has a new store`];
  },
  start: ({ args }, ensemble) => {
    ensemble.start(Number(args[0]));
    const { id, peer } = ensemble.node(Number(args[0]));
    return [`${id} ${describeStatus(peer.status)}`];
  },
  purge: ({ args, options }, ensemble) => {
    const { store, peer } = ensemble.node(Number(args[0]));
    const count = Number(options.get("chunks") ?? 1);
    const zxid = peer.status.committed;
    store.purge(zxid, new Array(count).fill(new Uint8Array(8)));
    peer.purged(zxid);
    return [`snapshot ${formatZxid(zxid)}, no log before it`];
  },
  status: ({ args }, ensemble) => {
    const nodes = [...ensemble.nodes.values()];
    const wanted = args.length === 0 ? nodes : nodes.filter(({ id }) => args.includes(String(id)));
    return wanted.map(({ id, peer, up }) => `${id} ${up ? describeStatus(peer.status) : "down"}`);
  },
  log: ({ args }, ensemble) => {
    const { store } = ensemble.node(Number(args[0]));
    const { acceptedEpoch, currentEpoch, voice } = store.hardState;
    const base = store.snapshot === undefined ? [] : [`snapshot ${at(store.snapshot.zxid)}`];
    const rows = store.log.map(describeProposal);
    const hard = `acceptedEpoch=${acceptedEpoch} currentEpoch=${currentEpoch} voice=${voice}`;
    return [hard, ...base, ...rows];
  },
  delivered: (_, ensemble) =>
    [...ensemble.nodes.values()].map(({ id }) => `${id} ${ensemble.texts(id).join(" ")}`),
};

function at(zxid: Zxid): string {
  return formatZxid(zxid);
}

function describeMessage({ envelope, to }: InFlight): string {
  return describeEnvelope({ ...envelope, to });
}

/** Takes `FROM->TO [TYPE]` out of the network: all of them, or the first of that type. */
function take({ args }: Command, ensemble: Ensemble): InFlight[] {
  const [route = "", type] = args.filter((arg) => arg !== "quiet");
  const [from, to] = route.split("->").map(Number);
  const matches = ({ envelope, to: receiver }: InFlight) =>
    envelope.from === from &&
    receiver === to &&
    (type ?? envelope.packet.type) === envelope.packet.type;
  const found = ensemble.network.filter(matches).slice(0, type === undefined ? undefined : 1);
  ensemble.network = ensemble.network.filter((message) => !found.includes(message));
  return found;
}
