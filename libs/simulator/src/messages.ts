import type { Request } from "@meerkat/tree";
import type { Envelope, Epoch, Zxid } from "@meerkat/zab";
import type { Advice, Notification, ReplicaState } from "@meerkat/zab/election";

/** Everything that crosses the simulated network. */
export type Message =
  | { readonly type: "zab"; readonly envelope: Envelope }
  | { readonly type: "request"; readonly message: ToLeader }
  | { readonly type: "answer"; readonly message: ToGateway }
  | { readonly type: "state"; readonly state: ReplicaState }
  | { readonly type: "question" }
  | { readonly type: "notification"; readonly notification: Notification }
  | { readonly type: "advice"; readonly advice: Advice };

/**
 * Between gateways and the leader, as libs/transport has it: a gateway numbers its requests 1, 2,
 * 3 … for its whole incarnation; the leader of an epoch takes them strictly in order, each once,
 * starting at the first number that an `opening` message names.
 */
export type ToLeader =
  | {
      readonly type: "requests";
      readonly gateway: number;
      readonly epoch: Epoch;
      readonly opening: boolean;
      readonly first: number;
      readonly requests: readonly Request[];
    }
  | {
      readonly type: "tick";
      readonly gateway: number;
      readonly epoch: Epoch;
      readonly firstUnanswered: number;
      readonly lastNumber: number;
      readonly touched: readonly number[];
    }
  | {
      readonly type: "barrier";
      readonly gateway: number;
      readonly epoch: Epoch;
      readonly id: number;
    };

export type ToGateway =
  | { readonly type: "resend"; readonly epoch: Epoch; readonly from: number }
  | { readonly type: "welcome"; readonly epoch: Epoch; readonly expected: number }
  | {
      readonly type: "barrier";
      readonly epoch: Epoch;
      readonly id: number;
      readonly zxid: Zxid;
    };
