import type { SessionId } from "@meerkat/tree";
import type { Coordination } from "../coordination.ts";

/**
 * How long the leader, which hears of the client through us, surely lets the session live. It is
 * told with the next tick, and only what it is told counts: without a leader the time runs out,
 * and then the session may have expired without our knowing.
 */
export class Vouching {
  readonly #coordination: Coordination;
  readonly #session: SessionId;
  readonly #timeoutMs: number;
  #untilMs: number;

  constructor(
    coordination: Coordination,
    client: { readonly session: SessionId; readonly timeoutMs: number },
    nowMs: number,
  ) {
    this.#coordination = coordination;
    this.#session = client.session;
    this.#timeoutMs = client.timeoutMs;
    this.#untilMs = nowMs + client.timeoutMs;
  }

  isOver(nowMs: number): boolean {
    return nowMs > this.#untilMs;
  }

  /** The client is alive. Once the time has run out that helps no more. */
  renew(nowMs: number): void {
    if (this.isOver(nowMs) || !this.#coordination.isServing) return;
    this.#coordination.touch(this.#session);
    this.#untilMs = nowMs + this.#timeoutMs;
  }
}
