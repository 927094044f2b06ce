import { runService } from "@meerkat/service";
import { environment, REPLICA_SPECS } from "./config.ts";
import { startReplica } from "./start-replica.ts";

await runService(
  {
    summary: "A Meerkat replica: one voter of the ensemble, which orders, persists and applies.",
    specs: REPLICA_SPECS,
    name: (config) => `replica-${config.MEERKAT_SERVER_ID}`,
    start: startReplica,
  },
  environment(),
);
