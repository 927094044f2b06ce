import { errors, type Status } from "@nats-io/transport-node";
import type { BusStatus } from "./status.ts";

/** Subjects that are told apart; a process has far fewer that it could be refused. */
const KNOWN_MAX = 1_000;

/**
 * NATS says afterwards, and each time again, that a user may not publish to a subject or subscribe to
 * it. Whoever reads the log hears of each once per connection.
 */
export class RefusalReports {
  readonly #user: string;
  readonly #report: (status: BusStatus) => void;
  readonly #known = new Set<string>();

  constructor(user: string, report: (status: BusStatus) => void) {
    this.#user = user;
    this.#report = report;
  }

  /** True when the status was a refusal; it is dealt with. */
  take(status: Status): boolean {
    if (status.type !== "error") return false;
    const { error } = status;
    if (!(error instanceof errors.PermissionViolationError)) return false;
    const { operation, subject } = error;
    const key = `${operation} ${subject}`;
    if (this.#known.has(key) || this.#known.size >= KNOWN_MAX) return true;
    this.#known.add(key);
    this.#report({ type: "error", message: describe(this.#user, operation, subject) });
    return true;
  }

  /** After a reconnect rights may be others. */
  forget(): void {
    this.#known.clear();
  }
}

function describe(user: string, operation: string, subject: string): string {
  const what = operation === "publish" ? "publish" : "subscribe";
  return (
    `NATS does not let ${user} ${what} to ${subject}. Give it this right in the permissions of the NATS ` +
    "servers (infra/nats/roles.conf has those of each role), or give this process another user."
  );
}
