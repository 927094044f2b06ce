import type { ToLeader } from "@meerkat/transport";

/** The way to whoever leads the epoch that a message names. Nothing is promised about its arrival. */
export interface LeaderLink {
  send(message: ToLeader): void;
}
