/** Who may import whom (ARCHITECTURE.md, "The picture"). An arrow that is not here fails the build. */
export const ARROWS: Readonly<Record<string, readonly string[]>> = {
  "libs/zab": [],
  "libs/jute": [],
  "libs/tree": ["jute"],
  "libs/watch-events": ["tree"],
  "libs/bus": ["jute"],
  "libs/transport": ["zab", "jute", "bus"],
  "libs/telemetry": [],
  "libs/service": ["telemetry"],
  "libs/simulator": ["zab", "tree"],
  "libs/datadriven": [],
  "services/replica": [
    "zab",
    "tree",
    "watch-events",
    "bus",
    "transport",
    "jute",
    "service",
    "telemetry",
  ],
  "services/election": ["zab", "bus", "transport", "jute", "service", "telemetry"],
  "services/gateway": [
    "zab",
    "tree",
    "watch-events",
    "bus",
    "transport",
    "jute",
    "service",
    "telemetry",
  ],
  "infra/local": [],
  "infra/zookeeper": ["local"],
  "infra/grafana": [],
  "infra/nats": [],
  "infra/otlp": [],
  "tests/workload": [],
  "tests/ensemble": ["grafana", "local", "nats", "otlp", "workload"],
  "tests/containers": ["bus", "workload"],
  "tests/compatibility": ["local", "zookeeper", "jute", "workload"],
  "tests/wire": ["local", "zookeeper", "jute", "datadriven"],
  bench: ["local", "zookeeper", "otlp", "jute"],
  "tooling/tidy": [],
  "tooling/reference": ["replica", "election", "gateway", "service"],
  "tooling/verify": ["local"],
};

/** Test folders may also use these. */
export const TEST_ARROWS: readonly string[] = ["datadriven", "local", "bus", "otlp"];

/** No I/O, clock, timer or randomness: the same inputs always give the same outputs. */
export const PURE_PACKAGES: readonly string[] = [
  "libs/zab",
  "libs/tree",
  "libs/jute",
  "libs/watch-events",
];

/** Packages from outside that one place alone may know. */
export const CONFINED: readonly { readonly module: RegExp; readonly within: RegExp }[] = [
  {
    module: /^better-sqlite3$|^drizzle-orm/,
    within: /^services\/replica\/(src\/storage|test)\/|^tests\//,
  },
  { module: /^@nats-io\//, within: /^libs\/bus\/|^tests\// },
  { module: /^@opentelemetry\//, within: /^libs\/telemetry\// },
  { module: /^prom-client$/, within: /^libs\/telemetry\/src\/metrics\// },
  { module: /^fastify$|^@fastify\/|^typebox/, within: /^services\/gateway\/(src\/http|test)\// },
];
