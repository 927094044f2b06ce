import { type Coordination, Unavailable } from "../coordination.ts";

/** A sync under way. */
export interface SyncRequest {
  readonly xid: number;
  /** Echoed; undefined for one that could not be read. */
  readonly path: string | undefined;
  readonly arrivedAtMs: number;
}

/**
 * The barrier of a sync: later reads see at least what was acknowledged anywhere before.
 * ZooKeeper's leader answers without asking a quorum, this one asks. Through an outage the sync
 * waits, as writes do.
 */
export class SyncBarrier {
  readonly #coordination: Coordination;
  readonly #onDone: (request: SyncRequest, zxid: number) => void;
  readonly #onFailed: (error: Error) => void;
  /** Refused for now. */
  #waiting: SyncRequest | undefined = undefined;

  constructor(
    coordination: Coordination,
    onDone: (request: SyncRequest, zxid: number) => void,
    onFailed: (error: Error) => void,
  ) {
    this.#coordination = coordination;
    this.#onDone = onDone;
    this.#onFailed = onFailed;
  }

  ask(request: SyncRequest): void {
    this.#coordination
      .read({ session: 0, consistency: "linearizable" }, (tree) => tree.lastZxid)
      .then(
        (zxid) => this.#onDone(request, zxid),
        (error: unknown) => {
          if (error instanceof Unavailable) this.#waiting = request;
          else this.#onFailed(error instanceof Error ? error : new Error(String(error)));
        },
      );
  }

  tick(): void {
    const request = this.#waiting;
    if (request === undefined || !this.#coordination.isServing) return;
    this.#waiting = undefined;
    this.ask(request);
  }
}
