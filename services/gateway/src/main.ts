import { runService } from "@meerkat/service";
import { environment, GATEWAY_SPECS } from "./config.ts";
import { startGateway } from "./gateway.ts";

await runService(
  {
    summary: "A Meerkat gateway: serves clients from its own copy of the tree.",
    specs: GATEWAY_SPECS,
    name: (config) => `gateway-${config.MEERKAT_GATEWAY_ID}`,
    start: startGateway,
  },
  environment,
);
