import type { Acl, Id } from "./acl/acl.ts";
import type { CreateMode } from "./create-mode.ts";

/**
 * Data of a znode in memory and in requests: one character per byte (latin1), which V8 keeps in one
 * byte without a Buffer behind it. Null and empty are different and both are kept.
 */
export type ZnodeData = string | null;

/** The zxid of the session's createSession txn. 0 stands for no session. */
export type SessionId = number;

export interface CreateOperation {
  readonly type: "create";
  readonly path: string;
  readonly data: ZnodeData;
  readonly acl: readonly Acl[];
  readonly mode: CreateMode;
  /** For the two TTL modes, 1 … 2^40 − 1. */
  readonly ttlMs?: number;
  /** The name gets a sequence number also where the mode does not say so: a sequential container. */
  readonly sequential?: boolean;
  /** createIfNotExists: an existing node is left as it is and is no error. */
  readonly ifNotExists?: boolean;
  /** createParents: missing ancestors are made as persistent nodes with the same ACL, in the same txn. */
  readonly createParents?: boolean;
}
export interface DeleteOperation {
  readonly type: "delete";
  readonly path: string;
  /** -1 matches any. */
  readonly version: number;
  /** The node and everything below it, in one txn. */
  readonly recursive?: boolean;
}
export interface SetDataOperation {
  readonly type: "setData";
  readonly path: string;
  readonly data: ZnodeData;
  readonly version: number;
}
export interface SetAclOperation {
  readonly type: "setAcl";
  readonly path: string;
  readonly acl: readonly Acl[];
  readonly version: number;
}
export interface CheckOperation {
  readonly type: "check";
  readonly path: string;
  readonly version: number;
}
/** Reads inside a transaction: answered from the state at that very point of it. READ is checked by the leader. */
export interface GetOperation {
  readonly type: "get" | "children";
  readonly path: string;
}
export type MultiOperationItem =
  | CreateOperation
  | DeleteOperation
  | SetDataOperation
  | SetAclOperation
  | CheckOperation
  | GetOperation;

export interface MultiOperation {
  readonly type: "multi";
  readonly operations: readonly MultiOperationItem[];
}

export type Comparison = {
  readonly eq?: number;
  readonly ne?: number;
  readonly lt?: number;
  readonly gt?: number;
};
/** All parts that are present must hold. `version` and `numChildren` are false on a missing node. */
export interface Condition {
  readonly path: string;
  readonly exists?: boolean;
  readonly version?: Comparison;
  readonly numChildren?: Comparison;
  readonly data?: ZnodeData;
}
/** if all conditions hold, `then`, otherwise `else`: one txn either way; conditions need READ on existing nodes. */
export interface ConditionalOperation {
  readonly type: "conditional";
  readonly conditions: readonly Condition[];
  readonly then: readonly MultiOperationItem[];
  readonly else: readonly MultiOperationItem[];
}
export interface CreateSessionOperation {
  readonly type: "createSession";
  readonly timeoutMs: number;
  /** 16 bytes as latin1, drawn by the gateway: whoever has it owns the session. */
  readonly password: string;
  /** The gateway that asks is to serve the session alone, until it is attached elsewhere. */
  readonly owned?: boolean;
}
/**
 * A client has come to the gateway that asks and proves that the session is its own: from here on
 * requests of the session through any other gateway are SESSIONMOVED. A wrong password is
 * SESSIONEXPIRED, as for a session that does not exist.
 */
export interface AttachSessionOperation {
  readonly type: "attachSession";
  readonly session: SessionId;
  readonly password: string;
  /** Negotiated anew with each connection. */
  readonly timeoutMs: number;
}
export interface CloseSessionOperation {
  readonly type: "closeSession";
  readonly session: SessionId;
}
/** From the leader's reaper: deletes an empty container or expired TTL node, otherwise refused. */
export interface DeleteContainerOperation {
  readonly type: "deleteContainer";
  readonly path: string;
}
/** Spends a zxid, changes nothing: a place in the order. */
export interface NoopOperation {
  readonly type: "noop";
}
export type Operation =
  | CreateOperation
  | DeleteOperation
  | SetDataOperation
  | SetAclOperation
  | CheckOperation
  | MultiOperation
  | ConditionalOperation
  | CreateSessionOperation
  | AttachSessionOperation
  | CloseSessionOperation
  | DeleteContainerOperation
  | NoopOperation;

/** Who waits for the answer: (gateway incarnation, request number). Gateway 0 is the leader itself. */
export interface Origin {
  readonly gateway: number;
  readonly number: number;
}

export interface IdempotencyKey {
  readonly key: string;
  /** Of the request's content: the same key with another one is refused (BADARGUMENTS). */
  readonly fingerprint: string;
}

export interface Request {
  readonly origin: Origin;
  /** 0 when no session is involved. A session that does not exist (any more) is SESSIONEXPIRED. */
  readonly session: SessionId;
  readonly credentials: readonly Id[];
  readonly operation: Operation;
  readonly key?: IdempotencyKey;
  /** W3C traceparent of a sampled request. */
  readonly traceparent?: string | undefined;
}
