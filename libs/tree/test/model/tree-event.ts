import type { Acl } from "../../src/acl/acl.ts";
import type { EventType } from "../../src/apply-sink.ts";

/** An event as one object, to be compared. */
export interface TreeEvent {
  readonly type: EventType;
  readonly path: string;
  readonly zxid: number;
  readonly acl: readonly Acl[];
}
