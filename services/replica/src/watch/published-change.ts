import type { Acl } from "@meerkat/tree";
import type { WatchEvent } from "@meerkat/watch-events";

/** Whether everybody may read a znode with this ACL. */
export type IsWorldReadable = (acl: readonly Acl[]) => boolean;

/** A change on its way to subscribers. */
export interface PublishedChange {
  readonly event: WatchEvent;
  /** Everybody may read the znode, by its ACL at that change. False also when that is not known. */
  readonly readable: boolean;
}
