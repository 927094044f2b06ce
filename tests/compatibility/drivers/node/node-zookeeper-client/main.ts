import { main } from "../driver.ts";
import { Context } from "./context.ts";
import { NODES } from "./nodes.ts";
import { SESSIONS } from "./sessions.ts";

await main({ ...NODES, ...SESSIONS }, (scenario, hosts) => Context.open(scenario, hosts));
