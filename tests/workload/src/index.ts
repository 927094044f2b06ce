export { type Answer, Client, type ClusterServer, UnexpectedAnswer } from "./client.ts";
export { type Agreement, agreementOf, leaderOf, presentServers } from "./cluster.ts";
export { freePorts } from "./free-ports.ts";
export { inspectLog, type LoggedTxn, parseLog } from "./inspect.ts";
export { changesOfLog, changesOfStream, type NamedChange } from "./logged-changes.ts";
export { shuffled } from "./shuffled.ts";
export { until } from "./until.ts";
export {
  type Acknowledged,
  type Complaint,
  FAULTLESS,
  type Verdict,
  verify,
  Writers,
} from "./writers.ts";
