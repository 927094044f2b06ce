import { type Operation, ResultCode, type SessionId } from "@meerkat/tree";
import type { GatewayRun, Reply } from "./gateway.ts";
import { drawOperation } from "./operations.ts";
import { Prng } from "./prng.ts";
import { mark } from "./tally.ts";
import type { World } from "./world.ts";

const WITHOUT_SESSION: readonly Operation["type"][] = ["createSession", "attachSession", "noop"];
const SESSION_LOST: readonly ResultCode[] = [ResultCode.SESSIONEXPIRED, ResultCode.SESSIONMOVED];

/** How a client finds the gateway it may talk to now; undefined while it is down. */
export type FindGateway = () => GatewayRun | undefined;

/**
 * A client behind one gateway: opens a session, sends writes and linearizable reads with pauses
 * between them, keeps several under way, and checks what it is told. When its gateway dies it does
 * not know what became of its requests; with an idempotency key it simply sends them again.
 */
export class Client {
  readonly #world: World;
  readonly #name: string;
  readonly #prng: Prng;
  readonly #findGateway: FindGateway;
  #gateway: GatewayRun | undefined;
  /** Lives of the connection: answers of an earlier one are not heard. */
  #life = 0;
  #sequence = 0;
  #inFlight = 0;
  #session: SessionId = 0;
  #sessionAsked = false;
  /** The session is to be taken along to this gateway. */
  #attachDue = false;
  /** Writes with a key that nobody has answered yet. */
  readonly #unanswered = new Map<string, Operation>();
  /** Of those, the ones to be sent again. */
  #retries: string[] = [];
  #stopped = false;

  constructor(world: World, name: string, findGateway: FindGateway) {
    this.#world = world;
    this.#name = name;
    this.#prng = new Prng(world.options.seed, `client ${name}`);
    this.#findGateway = findGateway;
    this.#think();
  }

  stop(): void {
    this.#stopped = true;
  }

  /** One last write: its answer shows that the healed ensemble takes transactions again. */
  writeOnce(done: () => void): void {
    this.#connect();
    this.#write({ type: "noop" }, undefined, done);
  }

  #think(): void {
    const { clock, options } = this.#world;
    clock.after(Math.round(this.#prng.exponential(options.host.thinkMeanUs)) + 1, () => {
      if (this.#stopped) return;
      this.#connect();
      if (this.#inFlight < options.host.pipelined) this.#act();
      this.#think();
    });
  }

  #connect(): void {
    const gateway = this.#findGateway();
    if (gateway === this.#gateway) return;
    this.#gateway = gateway;
    this.#life++;
    this.#inFlight = 0;
    this.#retries = [...this.#unanswered.keys()];
    // A session outlives the gateway; some clients begin a new one all the same.
    if (this.#prng.chance(0.5)) this.#session = 0;
    this.#sessionAsked = this.#session !== 0;
    // Who forgets to attach is refused, unless the session is nobody's.
    this.#attachDue = this.#session !== 0 && this.#prng.chance(0.8);
  }

  #act(): void {
    if (this.#gateway === undefined) return;
    const retried = this.#retries.shift();
    const operation = retried === undefined ? undefined : this.#unanswered.get(retried);
    if (retried !== undefined && operation !== undefined) {
      mark(this.#world.tally, "retries with a key");
      this.#write(operation, retried);
    } else if (this.#session === 0 && !this.#sessionAsked && this.#prng.chance(0.5)) {
      this.#sessionAsked = true;
      const owned = this.#prng.chance(0.5) ? { owned: true } : {};
      this.#write({ type: "createSession", ...this.#ticket(), ...owned });
    } else if (this.#attachDue) {
      this.#attachDue = false;
      this.#write({ type: "attachSession", session: this.#session, ...this.#ticket() });
    } else if (this.#prng.chance(0.15)) {
      this.#read();
    } else {
      this.#writeSomething();
    }
  }

  #ticket(): { readonly timeoutMs: number; readonly password: string } {
    const password = this.#name.padEnd(16, "*");
    return { timeoutMs: this.#prng.between(300, 3_000), password };
  }

  #writeSomething(): void {
    const operation = drawOperation(this.#prng, {
      value: `${this.#name}.${this.#sequence}`,
      session: this.#session,
    });
    const key = this.#prng.chance(0.2) ? `${this.#name}-${this.#sequence}` : undefined;
    this.#write(operation, key);
  }

  #write(operation: Operation, key?: string, done?: () => void): void {
    const life = this.#life;
    const sequence = ++this.#sequence;
    const session = WITHOUT_SESSION.includes(operation.type) ? 0 : this.#session;
    this.#inFlight++;
    if (key !== undefined) this.#unanswered.set(key, operation);
    const named = key === undefined ? {} : { key: { key, fingerprint: key } };
    const request = { session, credentials: [], operation, ...named };
    this.#gateway?.submit(request, (reply) => {
      if (life !== this.#life) return;
      this.#inFlight--;
      this.#onReply(reply, { sequence, key });
      done?.();
    });
  }

  #onReply(reply: Reply, sent: { sequence: number; key: string | undefined }): void {
    const { result } = reply;
    if (result === undefined) {
      mark(this.#world.tally, "answers lost");
      if (sent.key !== undefined) this.#retries.push(sent.key);
      return;
    }
    if (sent.key !== undefined) this.#unanswered.delete(sent.key);
    mark(this.#world.tally, "answers");
    this.#world.witness.answered({
      stream: `${this.#name}.${this.#life}`,
      sequence: sent.sequence,
      gateway: reply.gateway,
      number: reply.number,
      appliedZxid: reply.appliedZxid,
      result,
    });
    if (result.type === "session") this.#session = result.session;
    else if (result.type === "error" && SESSION_LOST.includes(result.code)) {
      if (result.code === ResultCode.SESSIONMOVED) mark(this.#world.tally, "session moved");
      this.#session = 0;
      this.#sessionAsked = false;
    }
  }

  #read(): void {
    const { witness, tally } = this.#world;
    const life = this.#life;
    const read = `${this.#name}.${++this.#sequence}`;
    this.#inFlight++;
    witness.readSent(read);
    this.#gateway?.read((applied) => {
      if (life !== this.#life) return;
      this.#inFlight--;
      mark(tally, "linearizable reads");
      witness.readServed(read, applied);
    });
  }
}
