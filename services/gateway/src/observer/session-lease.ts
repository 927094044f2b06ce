import type { SessionLease as Granted, SessionQuestion } from "@meerkat/transport";

/** A lease is asked for again after so long: it is never older than this when the leader is lost. */
const RENEWAL_MS = 500;

/**
 * How long this gateway may keep its clients without a leader. The leader grants a lease for the
 * moment at which it was asked for: until a session's timeout has passed from then, and some grace, it
 * ends none of this gateway's sessions unasked.
 */
export class SessionLease {
  readonly #nowMs: () => number;
  #fromMs = Number.NEGATIVE_INFINITY;
  #askedAtMs = Number.NEGATIVE_INFINITY;
  #isWanted = false;
  /** Of the leader's newest question that waits for an answer; 0 for none. */
  #question = 0;

  /** `nowMs` never goes back. */
  constructor(nowMs: () => number) {
    this.#nowMs = nowMs;
  }

  /** A session with the timeout T, that had begun by then, surely lives until T from this moment. */
  get fromMs(): number {
    return this.#fromMs;
  }

  /** There is something to say to the leader. */
  get isDue(): boolean {
    return this.#isWanted || this.#question > 0;
  }

  /** Sessions are served here. To be said again and again, more often than a lease is asked for. */
  want(): void {
    if (this.#nowMs() - this.#askedAtMs >= RENEWAL_MS) this.#isWanted = true;
  }

  onQuestion({ number }: SessionQuestion): void {
    this.#question = Math.max(this.#question, number);
  }

  onGranted({ fromMs, graceMs }: Granted): void {
    this.#fromMs = Math.max(this.#fromMs, fromMs + graceMs);
  }

  /** Another leader asks questions of its own. */
  onLeaderLost(): void {
    this.#question = 0;
    this.#askedAtMs = Number.NEGATIVE_INFINITY;
  }

  /** What a tick says that names all sessions which were heard of. */
  take(): { readonly answers: number; readonly leaseFromMs: number } {
    const answers = this.#question;
    this.#question = 0;
    if (!this.#isWanted) return { answers, leaseFromMs: 0 };
    this.#isWanted = false;
    this.#askedAtMs = this.#nowMs();
    return { answers, leaseFromMs: Math.floor(this.#askedAtMs) };
  }
}

/** Of a tick that does not name all of them yet. */
export const NOTHING_TAKEN = { answers: 0, leaseFromMs: 0 };
