import type { ToLeader } from "@meerkat/transport";

/** The way to whoever leads the epoch that a message names. Whether it arrives nobody knows. */
export interface LeaderLink {
  send(message: ToLeader): void;
}
