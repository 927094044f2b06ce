import { Unavailable } from "../coordination.ts";

/** Long enough for an election to be over, short enough that a client notices little of it. */
const RETRY_WITHOUT_LEADER_MS = 1_000;
const RETRY_WHEN_FULL_MS = 500;

/** Nothing was sent: the request certainly did not happen. */
function refused(message: string, retryAfterMs: number): Unavailable {
  return new Unavailable(message, { retryAfterMs, ambiguous: false });
}

export function noQuorum(reason: string): Unavailable {
  return refused(
    `No quorum of replicas answers this gateway (${reason}). ` +
      "The request was not sent; try again later.",
    RETRY_WITHOUT_LEADER_MS,
  );
}

export function queueFull(what: string): Unavailable {
  return refused(
    `This gateway has ${what}. The request was not sent; try again later, or on another gateway.`,
    RETRY_WHEN_FULL_MS,
  );
}

export function waitedTooLong(waitedMs: number): Unavailable {
  return refused(
    `The request waited ${waitedMs} ms for its turn and was not sent; try again later.`,
    RETRY_WHEN_FULL_MS,
  );
}

export function readTooLate(waitedMs: number): Unavailable {
  return refused(
    `The read could not be answered at the asked consistency within ${waitedMs} ms. ` +
      "Try again later.",
    RETRY_WITHOUT_LEADER_MS,
  );
}

export function neverSynchronized(reason: string): Unavailable {
  return refused(
    `This gateway has no copy of the tree yet (${reason}); try again later, or on another gateway.`,
    RETRY_WITHOUT_LEADER_MS,
  );
}

export function stopping(): Unavailable {
  return refused("This gateway is stopping; use another one.", RETRY_WHEN_FULL_MS);
}

/** It was sent, and only its answer is missing. */
function uncertain(message: string): Unavailable {
  return new Unavailable(message, { retryAfterMs: RETRY_WITHOUT_LEADER_MS, ambiguous: true });
}

export function noAnswer(waitedMs: number): Unavailable {
  return uncertain(
    `No quorum confirmed the request within ${waitedMs} ms. It may still be applied: ` +
      "read before trying again, or send an idempotency key.",
  );
}

export function answerLost(why: string): Unavailable {
  return uncertain(
    `The request may have been applied, but its answer was lost: ${why}. ` +
      "Read before trying again, or send an idempotency key.",
  );
}
