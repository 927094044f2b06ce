import { type Static, Type } from "typebox";
import { ZxidText } from "./common.ts";

const ServerAnswer = Type.Object({
  id: Type.Integer({ description: "Voters 1 to 254, gateways from 1001." }),
  name: Type.String(),
  kind: Type.String({ pattern: "^(replica|gateway)$" }),
  role: Type.String({ description: "LOOKING, FOLLOWING, LEADING or OBSERVING." }),
  phase: Type.String({
    description: "ELECTION, DISCOVERY, SYNCHRONIZATION or BROADCAST.",
  }),
  epoch: Type.Integer(),
  leader: Type.Unsafe<number | null>({
    type: ["integer", "null"],
    description: "Whom this server follows.",
  }),
  established: Type.Boolean({ description: "Its epoch is established and it knows so." }),
  voice: Type.Boolean({ description: "It votes and its acknowledgements count." }),
  lastZxid: ZxidText,
  appliedZxid: ZxidText,
  lag: Type.Unsafe<number | null>({
    type: ["integer", "null"],
    description: "Transactions that the leader has and this server has not yet; null when unknown.",
  }),
  digest: Type.String({ description: "Of the tree at appliedZxid; equal zxid, equal digest." }),
  address: Type.String(),
  startedAt: Type.String({ description: "RFC 3339." }),
  ageMs: Type.Integer({ minimum: 0, description: "When the server was last heard of." }),
  silent: Type.Boolean({ description: "Not heard of for several reports: perhaps it is down." }),
});

const CLUSTER_EXAMPLE = {
  leader: 2,
  epoch: 1,
  zxid: "0x100000002",
  gateway: { id: 1001, name: "gateway-1", version: "0.1.0", ready: true },
  servers: [
    {
      id: 2,
      name: "replica-2",
      kind: "replica",
      role: "LEADING",
      phase: "BROADCAST",
      epoch: 1,
      leader: 2,
      established: true,
      voice: true,
      lastZxid: "0x100000002",
      appliedZxid: "0x100000002",
      lag: 0,
      digest: "9f86d081884c7d65",
      address: "",
      startedAt: "2026-01-01T00:00:00.000Z",
      ageMs: 412,
      silent: false,
    },
  ],
};

export const ClusterAnswer = Type.Object(
  {
    leader: Type.Unsafe<number | null>({
      type: ["integer", "null"],
      description: "Id of the established leader; null while there is none.",
    }),
    epoch: Type.Integer(),
    zxid: ZxidText,
    gateway: Type.Object({
      id: Type.Integer(),
      name: Type.String(),
      version: Type.String(),
      ready: Type.Boolean(),
      reason: Type.Optional(Type.String()),
    }),
    servers: Type.Array(ServerAnswer),
  },
  { examples: [CLUSTER_EXAMPLE] },
);
export type ClusterAnswer = Static<typeof ClusterAnswer>;
export type ServerAnswer = Static<typeof ServerAnswer>;
