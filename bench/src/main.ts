import { parseArgs } from "node:util";
import { benchFailover } from "./failover.ts";
import { benchHttp } from "./http.ts";
import { benchIdle } from "./idle.ts";
import { benchTracing } from "./tracing/bench-tracing.ts";
import { benchWatch } from "./watch.ts";
import { WORKLOADS } from "./workloads.ts";

const HELP = `npm run bench -- http [--workloads set,get] [--connections 1,30,200] [--seconds 10]
npm run bench -- failover [--rounds 5]
npm run bench -- idle [--seconds 20] [--scraped]
npm run bench -- watch [--subscribers 10000] [--seconds 10]
npm run bench -- tracing [--rounds 5] [--seconds 5]

http      closed-loop load over HTTP: ${WORKLOADS.map(({ name }) => name).join(", ")}
failover  how long acknowledged writes stop when the leader is killed, and when it hangs
idle      CPU and memory of a stack that nobody uses; --scraped: while a Prometheus reads all of its metrics
watch     memory of one gateway with many event streams (GET /v1/watch), and how fast they hear of a change
tracing   what traces cost: stacks without them, with sampling off, at 1 %, at 100 % and as switched on, in turns
`;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    workloads: { type: "string", default: WORKLOADS.map(({ name }) => name).join(",") },
    connections: { type: "string", default: "1,30,200" },
    seconds: { type: "string", default: "10" },
    subscribers: { type: "string", default: "10000" },
    scraped: { type: "boolean", default: false },
    rounds: { type: "string", default: "5" },
    "port-base": { type: "string", default: "28200" },
  },
});

const seconds = Number(values.seconds);
switch (positionals[0]) {
  case "http": {
    const connections = values.connections.split(",").map(Number);
    await benchHttp({ workloads: values.workloads.split(","), connections, seconds });
    break;
  }
  case "failover":
    await benchFailover(Number(values.rounds));
    break;
  case "idle":
    await benchIdle(seconds, values.scraped);
    break;
  case "watch":
    await benchWatch(Number(values.subscribers), seconds);
    break;
  case "tracing":
    await benchTracing({
      rounds: Number(values.rounds),
      seconds,
      portBase: Number(values["port-base"]),
    });
    break;
  default:
    process.stdout.write(HELP);
}
