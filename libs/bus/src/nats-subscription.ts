import type {
  Msg,
  NatsConnection,
  Subscription as NatsSubscription,
} from "@nats-io/transport-node";
import type { Subscription } from "./bus.ts";

const REFUSED_WAIT_MS = 2_000;

/**
 * The client forgets a subscription that the server refused. This one asks again now and then: a
 * process whose rights come later (a reload of the server's configuration) must not stay deaf.
 */
export class LastingSubscription implements Subscription {
  readonly #connection: NatsConnection;
  readonly #filter: string;
  readonly #deliver: (message: Msg) => void;
  #current: NatsSubscription;
  #retry: NodeJS.Timeout | undefined;

  constructor(connection: NatsConnection, filter: string, deliver: (message: Msg) => void) {
    this.#connection = connection;
    this.#filter = filter;
    this.#deliver = deliver;
    this.#current = this.#subscribe();
  }

  unsubscribe(): void {
    clearTimeout(this.#retry);
    this.#current.unsubscribe();
  }

  #subscribe(): NatsSubscription {
    return this.#connection.subscribe(this.#filter, {
      callback: (error, message) => (error === null ? this.#deliver(message) : this.#askLater()),
    });
  }

  #askLater(): void {
    this.#retry = setTimeout(() => {
      if (!this.#connection.isClosed()) this.#current = this.#subscribe();
    }, REFUSED_WAIT_MS).unref();
  }
}
