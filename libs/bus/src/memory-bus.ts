import type { Bus, BusTraffic, Subscription } from "./bus.ts";
import { BusClosed, PayloadTooLarge } from "./errors.ts";
import { requirePublishable, requireSubscribable, subjectMatches } from "./subject-filter.ts";

export interface MemoryMessage {
  /** Name of the bus that published it. */
  readonly from: string;
  readonly subject: string;
  readonly payload: Uint8Array;
}

export interface MemoryHubOptions {
  readonly maxPayloadBytes?: number;
  /** "microtask" delivers by itself after the current turn; "pump" only when `pump` is called. */
  readonly delivery?: "microtask" | "pump";
  /** Asked once per message and receiving bus; true loses it there without a word, as NATS may. */
  readonly drop?: (message: MemoryMessage, to: string) => boolean;
}

/** What a NATS server is to NatsBus: the place where buses of one process meet in a test. */
export class MemoryHub {
  readonly maxPayloadBytes: number;
  /** May be replaced at any time. */
  drop: (message: MemoryMessage, to: string) => boolean;
  readonly #delivery: "microtask" | "pump";
  readonly #members = new Set<MemoryBus>();
  #queue: { readonly message: MemoryMessage; readonly sender: MemoryBus }[] = [];
  #scheduled = false;

  constructor(options: MemoryHubOptions = {}) {
    this.maxPayloadBytes = options.maxPayloadBytes ?? 8 * 2 ** 20;
    this.drop = options.drop ?? (() => false);
    this.#delivery = options.delivery ?? "microtask";
  }

  connect(name: string): MemoryBus {
    const bus = new MemoryBus(this, name);
    this.#members.add(bus);
    return bus;
  }

  /** Delivers everything published so far and what that leads to; answers how many messages that were. */
  pump(): number {
    let count = 0;
    while (this.#queue.length > 0) {
      const batch = this.#queue;
      this.#queue = [];
      for (const { message, sender } of batch) this.#deliver(message, sender);
      count += batch.length;
    }
    return count;
  }

  /** For MemoryBus only. */
  accept(sender: MemoryBus, message: MemoryMessage): void {
    this.#queue.push({ message, sender });
    if (this.#delivery === "pump" || this.#scheduled) return;
    this.#scheduled = true;
    queueMicrotask(() => {
      this.#scheduled = false;
      this.pump();
    });
  }

  /** For MemoryBus only. */
  leave(bus: MemoryBus): void {
    this.#members.delete(bus);
  }

  #deliver(message: MemoryMessage, sender: MemoryBus): void {
    if (!sender.connected) return;
    for (const member of [...this.#members]) {
      if (member === sender || !member.connected) continue;
      if (!this.drop(message, member.name)) member.receive(message);
    }
  }
}

/** The in-memory twin of NatsBus: same order, same silence about losses, nothing heard of oneself. */
export class MemoryBus implements Bus {
  readonly name: string;
  readonly #hub: MemoryHub;
  readonly #subscriptions = new Set<{
    readonly filter: string;
    readonly handler: (payload: Uint8Array, subject: string) => void;
  }>();
  readonly #counts = { reconnects: 0, messagesIn: 0, messagesOut: 0, bytesIn: 0, bytesOut: 0 };
  #connected = true;
  #closed = false;

  /** Use `MemoryHub.connect`. */
  constructor(hub: MemoryHub, name: string) {
    this.#hub = hub;
    this.name = name;
  }

  get maxPayloadBytes(): number {
    return this.#hub.maxPayloadBytes;
  }

  get connected(): boolean {
    return this.#connected && !this.#closed;
  }

  get traffic(): BusTraffic {
    return { ...this.#counts };
  }

  /** Cuts the bus off from the hub, or joins it again; what passes meanwhile is lost. */
  setConnected(connected: boolean): void {
    if (connected && !this.#connected) this.#counts.reconnects += 1;
    this.#connected = connected;
  }

  publish(subject: string, payload: Uint8Array): void {
    this.#requireOpen();
    requirePublishable(subject);
    if (payload.length > this.maxPayloadBytes) {
      throw new PayloadTooLarge(subject, payload.length, this.maxPayloadBytes);
    }
    if (!this.connected) return;
    this.#counts.messagesOut += 1;
    this.#counts.bytesOut += payload.length;
    this.#hub.accept(this, { from: this.name, subject, payload });
  }

  subscribe(filter: string, handler: (payload: Uint8Array, subject: string) => void): Subscription {
    this.#requireOpen();
    requireSubscribable(filter);
    const subscription = { filter, handler };
    this.#subscriptions.add(subscription);
    return { unsubscribe: () => void this.#subscriptions.delete(subscription) };
  }

  /** Subscriptions hold at once; what was published leaves with the microtask before this resolves. */
  async flush(): Promise<void> {
    this.#requireOpen();
    await Promise.resolve();
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#subscriptions.clear();
    await Promise.resolve();
    this.#closed = true;
    this.#hub.leave(this);
  }

  /** For MemoryHub only. */
  receive(message: MemoryMessage): void {
    for (const subscription of [...this.#subscriptions]) {
      if (!subjectMatches(subscription.filter, message.subject)) continue;
      this.#counts.messagesIn += 1;
      this.#counts.bytesIn += message.payload.length;
      subscription.handler(message.payload, message.subject);
    }
  }

  #requireOpen(): void {
    if (this.#closed) throw new BusClosed(`The bus of ${this.name} is closed.`);
  }
}
