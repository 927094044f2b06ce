import type { Coordination } from "../coordination.ts";
import type { WatchFeed } from "../watch/watch-feed.ts";
import type { HostInfo, HttpLimits, SessionTimeouts } from "./options.ts";

/** What every route works with. */
export interface Door {
  readonly coordination: Coordination;
  readonly watch: WatchFeed;
  readonly limits: HttpLimits;
  readonly sessionTimeouts: SessionTimeouts;
  readonly host: HostInfo;
  readonly superDigest: string | undefined;
}
