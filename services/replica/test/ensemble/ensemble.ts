import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Bus, connectNatsBus, Subjects } from "@meerkat/bus";
import { startNatsServer, type TestNatsServer } from "@meerkat/bus/testing";
import { decodeReport, type ServerReport } from "@meerkat/transport";
import { onTestFailed, onTestFinished } from "vitest";
import { Advisor } from "./advisor.ts";
import { ReplicaProcess } from "./replica-process.ts";
import { TestGateway } from "./test-gateway.ts";

export interface Ensemble {
  readonly folder: string;
  readonly nats: TestNatsServer;
  readonly bus: Bus;
  readonly subjects: Subjects;
  readonly replicas: readonly ReplicaProcess[];
  readonly gateway: TestGateway;
  /** The newest report of each replica that was heard in the last seconds. */
  readonly reports: ReadonlyMap<number, ServerReport>;
  dataDir(id: number): string;
  leader(): ReplicaProcess | undefined;
}

export interface EnsembleOptions {
  readonly size?: number;
  readonly environment?: Readonly<Record<string, string>>;
  /** The server has JetStream, with its store below the folder of the ensemble. */
  readonly jetStream?: boolean;
  /** More lines of the NATS server's configuration. */
  readonly natsConfiguration?: string;
}

/** nats-server, replicas as processes, one stand-in for the electors, one gateway; gone after the test. */
export async function startEnsemble(options: EnsembleOptions = {}): Promise<Ensemble> {
  const folder = mkdtempSync(join(tmpdir(), "meerkat-replica-"));
  const nats = await startNatsServer({
    ...(options.jetStream === true && { jetStreamDir: join(folder, "jetstream") }),
    configuration: options.natsConfiguration ?? "",
  });
  const ids = Array.from({ length: options.size ?? 3 }, (_, index) => index + 1);
  const subjects = new Subjects({ root: "meerkat", ensemble: "test" });
  // Two connections: what one of them publishes, it does not hear itself.
  const bus = await connectNatsBus({ url: nats.url, name: "test" });
  const advisorBus = await connectNatsBus({ url: nats.url, name: "advisor" });
  const dataDir = (id: number): string => join(folder, `replica-${id}`);
  const replicas = ids.map(
    (id) =>
      new ReplicaProcess(id, {
        MEERKAT_SERVERS: ids.join(","),
        MEERKAT_ENSEMBLE: "test",
        MEERKAT_NATS_URL: nats.url,
        MEERKAT_DATA_DIR: dataDir(id),
        ...options.environment,
      }),
  );
  const advisor = new Advisor(advisorBus, subjects, ids);
  const gateway = new TestGateway(bus, subjects, ids);
  const reports = new Map<number, ServerReport>();
  bus.subscribe(subjects.report, (bytes) => {
    const report = decodeReport(bytes);
    reports.set(report.id, report);
  });
  onTestFinished(async () => {
    advisor.stop();
    gateway.stop();
    await Promise.all(replicas.map((replica) => replica.kill()));
    await Promise.all([bus.close(), advisorBus.close()]);
    await nats.stop();
    rmSync(folder, { recursive: true, force: true });
  });
  onTestFailed(() => {
    console.error("gateway:", gateway.status);
    for (const { id, lines } of replicas) console.error(`replica ${id}:`, lines.slice(-30));
  });
  for (const replica of replicas) replica.start();
  const leader = (): ReplicaProcess | undefined => {
    const { established, leader: id } = gateway.status;
    return established ? replicas.find((replica) => replica.id === id) : undefined;
  };
  return { folder, nats, bus, subjects, replicas, gateway, reports, dataDir, leader };
}
