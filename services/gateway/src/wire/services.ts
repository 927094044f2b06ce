import type { JuteReader } from "@meerkat/jute";
import type { Coordination } from "../coordination.ts";
import type { SessionTimeouts } from "../http/options.ts";
import type { Counters } from "./counters.ts";
import type { WireLimits } from "./limits.ts";
import type { Outboxes } from "./outbox.ts";
import type { Room } from "./room.ts";
import type { SessionRegistry } from "./session-registry.ts";
import type { WatchDesk } from "./watch-desk.ts";
import type { WireTraces } from "./wire-traces.ts";
import type { FourLetterWords } from "./words/four-letter-words.ts";

export interface WireLog {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
}

/** What every connection of this door works with. */
export interface WireServices {
  readonly coordination: Coordination;
  /** For the frame at hand, whosever it is. */
  readonly reader: JuteReader;
  readonly limits: WireLimits;
  readonly sessionTimeouts: SessionTimeouts;
  readonly superDigest: string | undefined;
  readonly desk: WatchDesk;
  readonly outboxes: Outboxes;
  readonly room: Room;
  readonly sessions: SessionRegistry;
  readonly counters: Counters;
  readonly words: FourLetterWords;
  readonly log: WireLog;
  readonly traces: WireTraces | undefined;
  /** Milliseconds of a clock that never goes back. */
  readonly nowMs: () => number;
}
