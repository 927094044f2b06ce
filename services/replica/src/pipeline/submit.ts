import type { GatewayTick, RequestBatch, ToGateway } from "@meerkat/transport";
import type { Epoch } from "@meerkat/zab";
import type { RequestQueue } from "./request-queue.ts";

/** Gateways that speak to one leader; a process that makes up new ones cannot fill the memory. */
const GATEWAYS_MAX = 10_000;

interface GatewayState {
  /** The number that comes next: everything below was taken once. */
  expected: number;
  /** The number for which a resend was asked and has not come yet; asked again at the next tick. */
  askedFor: number;
}

/**
 * Takes each gateway's requests strictly in the order of their numbers, each once. A message that
 * was lost shows as a gap, and the gateway is asked to send again from there. A queue that is full
 * looks to the gateway like a lost message: its next tick brings the rest, when there is room.
 */
export class Submit {
  readonly #epoch: Epoch;
  readonly #queue: RequestQueue;
  readonly #reply: (gateway: number, message: ToGateway) => void;
  readonly #gateways = new Map<number, GatewayState>();

  constructor(
    epoch: Epoch,
    queue: RequestQueue,
    reply: (gateway: number, message: ToGateway) => void,
  ) {
    this.#epoch = epoch;
    this.#queue = queue;
    this.#reply = reply;
  }

  /** `receivedMs` is when it came, where requests are traced. */
  onRequests(batch: RequestBatch, receivedMs?: number): void {
    const gateway = this.#gateways.get(batch.gateway) ?? this.#open(batch);
    // Its first message was lost: its next tick says where to begin.
    if (gateway === undefined) return;
    const end = batch.first + batch.count;
    if (end <= gateway.expected) return;
    if (batch.first > gateway.expected) {
      this.#askOnce(batch.gateway, gateway);
      return;
    }
    const skip = gateway.expected - batch.first;
    if (this.#queue.push({ ...batch, skip, receivedMs })) gateway.expected = end;
  }

  /** False for one gateway too many: what it says does not count. */
  onTick({ gateway: id, firstUnanswered, lastNumber }: GatewayTick): boolean {
    const gateway = this.#gateways.get(id);
    if (gateway === undefined) {
      const opened = this.#remember(id, firstUnanswered);
      if (opened === undefined) return false;
      this.#reply(id, { type: "welcome", epoch: this.#epoch, expected: opened.expected });
      return true;
    }
    gateway.askedFor = 0;
    if (lastNumber >= gateway.expected) this.#askOnce(id, gateway);
    return true;
  }

  #open({ gateway, opening, first }: RequestBatch): GatewayState | undefined {
    return opening ? this.#remember(gateway, first) : undefined;
  }

  #remember(id: number, expected: number): GatewayState | undefined {
    if (this.#gateways.size >= GATEWAYS_MAX) return undefined;
    const state = { expected, askedFor: 0 };
    this.#gateways.set(id, state);
    return state;
  }

  #askOnce(id: number, gateway: GatewayState): void {
    if (gateway.askedFor === gateway.expected) return;
    gateway.askedFor = gateway.expected;
    this.#reply(id, { type: "resend", epoch: this.#epoch, from: gateway.expected });
  }
}
