import type { Acl } from "./acl/acl.ts";
import type { SessionId, ZnodeData } from "./request.ts";
import type { ResultCode } from "./result-code.ts";
import type { Stat } from "./stat.ts";
import type { ChangeStamp, ReadonlyZnode } from "./znode.ts";

export const EventType = {
  NodeCreated: 1,
  NodeDeleted: 2,
  NodeDataChanged: 3,
  NodeChildrenChanged: 4,
} as const;
export type EventType = (typeof EventType)[keyof typeof EventType];

/** What a txn can do to one znode. ZooKeeper's watches know the first three. */
export type ChangeType = "NodeCreated" | "NodeDeleted" | "NodeDataChanged" | "NodeAclChanged";

/** The txn that makes a change. */
export interface TxnStamp extends ChangeStamp {
  /** Whose request it was; 0 without a session. */
  readonly session: SessionId;
}

export type OperationResult =
  | {
      readonly type: "create";
      readonly path: string;
      readonly stat: Stat;
      readonly created: boolean;
    }
  | { readonly type: "delete"; readonly path: string }
  /** Who asked knows the path; in older answers that are kept for a key it is not empty. */
  | { readonly type: "check"; readonly path: string }
  | { readonly type: "setData" | "setAcl"; readonly path: string; readonly stat: Stat }
  | { readonly type: "get"; readonly path: string; readonly data: ZnodeData; readonly stat: Stat }
  | {
      readonly type: "children";
      readonly path: string;
      readonly children: readonly string[];
      readonly stat: Stat;
    };

/** The answer of one txn, computed while it is applied, at the point of each operation. */
export type TxnResult =
  | {
      readonly type: "ok";
      readonly zxid: number;
      readonly branch?: "then" | "else";
      readonly results: readonly OperationResult[];
    }
  | {
      readonly type: "session";
      readonly zxid: number;
      readonly session: SessionId;
      readonly timeoutMs: number;
    }
  | {
      readonly type: "error";
      readonly zxid: number;
      readonly code: ResultCode;
      readonly opIndex: number;
      readonly path: string;
      readonly multi: boolean;
      readonly branch?: "then" | "else";
    };

/** What somebody wants to know while a txn is applied: all of it, a part, or nothing, which costs nothing. */
export interface ApplySink {
  /** Results are built only for txns whose origin this accepts. */
  wantsResult(gateway: number): boolean;
  onResult(requestNumber: number, result: TxnResult): void;
  /**
   * A change as watchers see it, in the order in which one txn makes them. `acl` decides who may
   * hear of it; of a deleted node it is the last one.
   */
  onEvent(type: EventType, path: string, zxid: number, acl: readonly Acl[]): void;
  /**
   * Every change of every znode, in order, each before its `onEvent`: the node as the change left it, a deleted
   * one as it last was. The node goes on changing, so what is needed of it must be taken at once.
   */
  onChange?(type: ChangeType, path: string, node: ReadonlyZnode, txn: TxnStamp): void;
  onSessionClosed(session: SessionId): void;
  /** From here on the gateway `owner` serves the session. */
  onSessionAttached(session: SessionId, owner: number): void;
}
