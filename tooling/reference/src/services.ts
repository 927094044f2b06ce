import { METRICS as ELECTION_METRICS } from "@meerkat/election/metrics";
import { ELECTION_SPECS } from "@meerkat/election/specs";
import { METRICS as GATEWAY_METRICS } from "@meerkat/gateway/metrics";
import { GATEWAY_SPECS } from "@meerkat/gateway/specs";
import { METRICS as REPLICA_METRICS } from "@meerkat/replica/metrics";
import { REPLICA_SPECS } from "@meerkat/replica/specs";
import { SHARED_SPECS } from "@meerkat/service";

/** What a variable's row tells. */
export interface Variable {
  readonly desc?: string | undefined;
  readonly default?: unknown;
}

export interface MetricRow {
  readonly name: string;
  readonly type: string;
  readonly help: string;
  readonly labelNames: readonly string[];
}

export interface Service {
  readonly name: string;
  readonly variables: Readonly<Record<string, Variable>>;
  readonly metrics: readonly MetricRow[];
}

export const SERVICES: readonly Service[] = [
  { name: "replica", variables: { ...SHARED_SPECS, ...REPLICA_SPECS }, metrics: REPLICA_METRICS },
  {
    name: "election",
    variables: { ...SHARED_SPECS, ...ELECTION_SPECS },
    metrics: ELECTION_METRICS,
  },
  { name: "gateway", variables: { ...SHARED_SPECS, ...GATEWAY_SPECS }, metrics: GATEWAY_METRICS },
];
