import type { ServerId } from "../ids.ts";
import type { ReplicaState } from "./messages.ts";

export interface ElectionView {
  readonly self: ServerId;
  readonly own: ReplicaState | undefined;
  readonly decision: ServerId | undefined;
  readonly round: number;
  /** Voters whose electors are silent. */
  readonly missing: readonly ServerId[];
  /** Nothing excludes that this ensemble is still to be founded: no voter has said that it has a voice. */
  readonly founding: boolean;
}

/** What goes on in this election, in a sentence that a person at night can act on. */
export function describeElection(view: ElectionView): string {
  const { self, own, decision } = view;
  if (own === undefined) return `Waits for replica ${self} to report its state.`;
  if (own.serverState !== "LOOKING") return describeRole(self, own);
  if (decision !== undefined) {
    const what = decision === self ? "lead" : `follow server ${decision}`;
    return `Advises replica ${self} to ${what} (round ${view.round}).`;
  }
  if (!own.voice) return describeVoiceless(view);
  if (view.missing.length === 0) return `Votes with all other electors (round ${view.round}).`;
  return `Waits for a quorum (round ${view.round}); nothing heard of ${list(view.missing)}.`;
}

function describeRole(self: ServerId, own: ReplicaState): string {
  const whom = own.serverState === "FOLLOWING" ? ` server ${own.leader ?? "?"}` : "";
  const how = own.established ? "" : ", not established yet";
  return `Replica ${self} is ${own.serverState}${whom} in epoch ${own.epoch}${how}.`;
}

function describeVoiceless({ self, founding, missing }: ElectionView): string {
  const waits = missing.length === 0 ? "" : ` Nothing heard of ${list(missing)}.`;
  if (!founding) return `Replica ${self} has no voice and waits for a leader to join.${waits}`;
  return (
    `Nobody has a voice yet: replica ${self} waits for a leader to join, ` +
    `or for all servers, to found the ensemble.${waits}`
  );
}

function list(servers: readonly ServerId[]): string {
  return `${servers.length === 1 ? "server" : "servers"} ${servers.join(", ")}`;
}
