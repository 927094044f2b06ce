import type { SessionId } from "@meerkat/tree";
import type { Coordination } from "../coordination.ts";

/**
 * How long the leader, which hears of the client through us, surely lets the session live: as long as
 * the client is heard of, and without a leader until our lease runs out. After that the session may have
 * expired without our knowing.
 */
export class Vouching {
  readonly #coordination: Coordination;
  readonly #session: SessionId;
  readonly #timeoutMs: number;
  readonly #beganAtMs: number;
  #heardAtMs: number;

  constructor(
    coordination: Coordination,
    client: { readonly session: SessionId; readonly timeoutMs: number },
    nowMs: number,
  ) {
    this.#coordination = coordination;
    this.#session = client.session;
    this.#timeoutMs = client.timeoutMs;
    this.#beganAtMs = nowMs;
    this.#heardAtMs = nowMs;
  }

  isOver(nowMs: number): boolean {
    const surelyFromMs = Math.max(this.#beganAtMs, this.#coordination.leaseFromMs);
    return nowMs > Math.min(this.#heardAtMs, surelyFromMs) + this.#timeoutMs;
  }

  /** The client is alive. Once the time has run out that helps no more. */
  renew(nowMs: number): void {
    if (this.isOver(nowMs)) return;
    this.#coordination.touch(this.#session);
    this.#heardAtMs = nowMs;
  }
}
