import type { Tracer } from "@meerkat/telemetry";
import type { SessionTimeouts } from "../http/options.ts";
import type { WireLimits } from "./limits.ts";
import type { WireLog } from "./services.ts";
import type { TlsOptions } from "./tls.ts";
import type { WordName } from "./words/four-letter-words.ts";

/** How the door of ZooKeeper's protocol is set up. */
export interface WireOptions {
  readonly host: string;
  /** 0 takes a free one. */
  readonly port: number;
  readonly backlog: number;
  readonly tls: TlsOptions | undefined;
  readonly limits: WireLimits;
  readonly sessionTimeouts: SessionTimeouts;
  readonly superDigest: string | undefined;
  /** Four-letter words that are answered. */
  readonly words: readonly WordName[];
  readonly serverId: number;
  readonly voters: readonly number[];
  readonly version: string;
  readonly tickTimeMs: number;
  readonly log: WireLog;
  /** Where traces are exported. */
  readonly tracer?: Tracer | undefined;
  /** Milliseconds of a clock that never goes back; the process's own where nothing is said. */
  readonly nowMs?: () => number;
}
