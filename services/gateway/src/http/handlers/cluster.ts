import type { ServerReport } from "@meerkat/transport";
import { counterOf, epochOf, type Zxid } from "@meerkat/zab";
import type { FastifyReply, FastifyRequest } from "fastify";
import { formatHex } from "../convert/zxid-text.ts";
import type { Door } from "../door.ts";
import type { ClusterAnswer, ServerAnswer } from "../schemas/cluster.ts";

/** Servers report about once a second. */
const SILENT_MS = 5_000;

interface Heard {
  readonly report: ServerReport;
  readonly ageMs: number;
}

export function makeGetCluster({ coordination, host }: Door) {
  return async (_request: FastifyRequest, _reply: FastifyReply): Promise<ClusterAnswer> => {
    const heard = [...coordination.cluster()].sort((a, b) => a.report.id - b.report.id);
    const leader = leaderOf(heard);
    const readiness = coordination.readiness();
    return {
      leader: leader?.id ?? null,
      epoch: Math.max(0, ...heard.map(({ report }) => report.epoch)),
      zxid: formatHex(coordination.tree.lastZxid),
      gateway: {
        id: host.id,
        name: host.name,
        version: host.version,
        ready: readiness.ready,
        ...(readiness.ready ? {} : { reason: readiness.reason }),
      },
      servers: heard.map((server) => serverAnswer(server, leader)),
    };
  };
}

/** The established leader of the newest epoch that was heard of lately. */
function leaderOf(heard: readonly Heard[]): ServerReport | undefined {
  return heard
    .filter(({ report, ageMs }) => isLeading(report) && ageMs <= SILENT_MS)
    .map(({ report }) => report)
    .sort((a, b) => b.epoch - a.epoch)[0];
}

function isLeading(report: ServerReport): boolean {
  return report.serverState === "LEADING" && report.established;
}

function serverAnswer({ report, ageMs }: Heard, leader: ServerReport | undefined): ServerAnswer {
  return {
    id: report.id,
    name: report.name,
    kind: report.kind,
    role: report.serverState,
    phase: report.zabState,
    epoch: report.epoch,
    leader: report.leader === 0 ? null : report.leader,
    established: report.established,
    voice: report.voice,
    lastZxid: formatHex(report.lastZxid),
    appliedZxid: formatHex(report.appliedZxid),
    lag: leader === undefined ? null : lagBehind(leader.lastZxid, report.lastZxid),
    digest: report.digest,
    address: report.address,
    startedAt: new Date(report.startedAtMs).toISOString(),
    ageMs: Math.round(ageMs),
    silent: ageMs > SILENT_MS,
  };
}

/** Transactions between two zxids; unknown between epochs, since nobody knows how long one was. */
function lagBehind(leader: Zxid, other: Zxid): number | null {
  if (other >= leader) return 0;
  return epochOf(leader) === epochOf(other) ? counterOf(leader) - counterOf(other) : null;
}
