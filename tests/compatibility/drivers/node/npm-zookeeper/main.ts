import { main } from "../driver.ts";
import { Context } from "./context.ts";
import { SCENARIOS } from "./scenarios.ts";

await main(SCENARIOS, (scenario, hosts) => Context.open(scenario, hosts));
