import type { Dashboard } from "./dashboard.ts";
import { ensemble } from "./dashboards/ensemble.ts";
import { gateways } from "./dashboards/gateways.ts";
import { processes } from "./dashboards/processes.ts";
import { replicas } from "./dashboards/replicas.ts";

export type { Dashboard, Panel, Query } from "./dashboard.ts";
export { render } from "./render.ts";

export const DASHBOARDS: readonly Dashboard[] = [ensemble, replicas, gateways, processes];
