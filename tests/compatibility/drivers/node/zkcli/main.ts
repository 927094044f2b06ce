import { main } from "../driver.ts";
import { SCENARIOS } from "./scenarios.ts";
import { Shell } from "./shell.ts";

await main(SCENARIOS, (scenario, hosts) => Shell.open(scenario, hosts));
