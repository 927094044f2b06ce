import { runService } from "@meerkat/service";
import { ELECTION_SPECS, environment } from "./config.ts";
import { startElection } from "./election-process.ts";

await runService(
  {
    summary: "A Meerkat election process: advises each replica whom to follow.",
    specs: ELECTION_SPECS,
    name: (config) => `election-${config.MEERKAT_SERVER_ID.join("-")}`,
    start: startElection,
  },
  environment,
);
