import type { Acl } from "../acl/acl.ts";
import type { Origin, SessionId, ZnodeData } from "../request.ts";
import type { ResultCode } from "../result-code.ts";

/**
 * What a request became: absolute, resolved by the leader, the same on every server. Applying one
 * reads no clock, decides nothing and cannot fail; applying it twice is the same as once.
 */
export interface Txn {
  readonly origin: Origin;
  readonly session: SessionId;
  readonly time: number;
  readonly traceparent?: string;
  readonly idempotency?: { readonly key: string; readonly fingerprint: string };
  readonly body: TxnBody;
}

export type TxnBody =
  /** The records in order. `multi` tells the answer's form; `branch` which side of a conditional ran. */
  | {
      readonly type: "changes";
      readonly multi: boolean;
      readonly branch?: "then" | "else";
      readonly records: readonly TxnRecord[];
    }
  /** Refused. `opIndex` and `path` name the failing operation of a multi. */
  | {
      readonly type: "error";
      readonly code: ResultCode;
      readonly opIndex: number;
      readonly path: string;
      readonly multi: boolean;
      readonly branch?: "then" | "else";
    }
  /** The idempotency key was seen before: the stored answer of `originalZxid` is given again. */
  | { readonly type: "duplicate"; readonly key: string }
  | {
      readonly type: "createSession";
      readonly timeoutMs: number;
      readonly password: string;
      readonly owner: number;
    }
  /** The gateway `owner` serves the session from here on. */
  | {
      readonly type: "attachSession";
      readonly attached: SessionId;
      readonly timeoutMs: number;
      readonly owner: number;
    }
  | { readonly type: "closeSession"; readonly closed: SessionId; readonly paths: readonly string[] }
  | { readonly type: "noop" };

/** `op` is the index of the operation it came from: createParents and recursive deletes make several records of one. */
export type TxnRecord =
  | {
      readonly type: "create";
      readonly op: number;
      readonly path: string;
      readonly data: ZnodeData;
      readonly acl: readonly Acl[];
      readonly ephemeralOwner: number;
      readonly kind: "persistent" | "ephemeral" | "container" | "ttl";
      readonly ttlMs: number;
      readonly parentCreations: number;
    }
  | { readonly type: "delete"; readonly op: number; readonly path: string }
  | {
      readonly type: "setData";
      readonly op: number;
      readonly path: string;
      readonly data: ZnodeData;
      readonly version: number;
    }
  | {
      readonly type: "setAcl";
      readonly op: number;
      readonly path: string;
      readonly acl: readonly Acl[];
      readonly version: number;
    }
  /** It held, which is all that anybody has to know. The path is empty but in older logs. */
  | { readonly type: "check"; readonly op: number; readonly path: string }
  | { readonly type: "get" | "children"; readonly op: number; readonly path: string }
  /** createIfNotExists on an existing node. */
  | { readonly type: "exists"; readonly op: number; readonly path: string };
