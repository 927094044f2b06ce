import { expect, it } from "vitest";
import {
  bind,
  counter,
  gauge,
  Histogram,
  histogram,
  type Metric,
  MetricsPage,
  PROCESS_METRICS,
  processFacts,
  type Reading,
  stateGauge,
} from "../../src/metrics/index.ts";

interface Facts {
  value: Reading;
  state: string;
  readonly latency: Histogram;
}

const METRICS: readonly Metric<Facts>[] = [
  gauge("a_gauge", "Goes up and down", ({ value }) => value, ["color"]),
  gauge("a_plain_gauge", "Without labels", ({ value }) => (value === undefined ? undefined : 7)),
  counter("a_counter", "Only grows", async () => 3),
  stateGauge("a_state", "Is in one", { label: "state", states: ["ON", "OFF"] }, (f) => f.state),
  histogram("a_histogram", "Is spread", ({ latency }) => latency),
  histogram(
    "histograms",
    "Are spread",
    ({ latency }) => [{ labels: { kind: "x" }, histogram: latency }],
    ["kind"],
  ),
];

const facts: Facts = { value: undefined, state: "OFF", latency: new Histogram([1, 2.5]) };

it("is Prometheus's text format, with what the facts are when it is asked for", async () => {
  const page = new MetricsPage(() => bind(METRICS, facts));
  await page.text();
  facts.value = [{ labels: { color: 'a "b"' }, value: 1.5 }];
  facts.state = "ON";
  for (const ms of [0.5, 2, 9]) facts.latency.add(ms);
  expect(await page.text()).toBe(`# HELP a_gauge Goes up and down
# TYPE a_gauge gauge
a_gauge{color="a \\"b\\""} 1.5

# HELP a_plain_gauge Without labels
# TYPE a_plain_gauge gauge
a_plain_gauge 7

# HELP a_counter Only grows
# TYPE a_counter counter
a_counter 3

# HELP a_state Is in one
# TYPE a_state gauge
a_state{state="ON"} 1
a_state{state="OFF"} 0

# HELP a_histogram Is spread
# TYPE a_histogram histogram
a_histogram_bucket{le="1"} 1
a_histogram_bucket{le="2.5"} 2
a_histogram_bucket{le="+Inf"} 3
a_histogram_sum 11.5
a_histogram_count 3

# HELP histograms Are spread
# TYPE histograms histogram
histograms_bucket{kind="x",le="1"} 1
histograms_bucket{kind="x",le="2.5"} 2
histograms_bucket{kind="x",le="+Inf"} 3
histograms_sum{kind="x"} 11.5
histograms_count{kind="x"} 3
`);
});

it("leaves out the value of what there is none of, and forgets labels that are gone", async () => {
  const page = new MetricsPage(() => bind(METRICS, facts));
  facts.value = [{ labels: { color: "red" }, value: 1 }];
  expect(await page.text()).toContain('a_gauge{color="red"} 1\n');
  facts.value = undefined;
  const text = await page.text();
  expect(text).not.toContain("a_gauge{");
  expect(text).not.toMatch(/^a_plain_gauge /m);
});

it("asks for its metrics when it is first shown, not before, and once", async () => {
  let asked = 0;
  const page = new MetricsPage(() => {
    asked += 1;
    return bind(METRICS, facts);
  });
  expect(asked).toBe(0);
  await page.text();
  await page.text();
  expect(asked).toBe(1);
});

it("refuses two metrics of one name", async () => {
  const page = new MetricsPage(() => [...bind(METRICS, facts), ...bind(METRICS, facts)]);
  await expect(page.text()).rejects.toThrow("a_gauge has already been registered");
});

it("tells of the process itself", async () => {
  const delay = new Histogram([1]);
  const page = new MetricsPage(() => bind(PROCESS_METRICS, processFacts("1.2.3", delay)));
  const text = await page.text();
  expect(text).toContain(`meerkat_build_info{version="1.2.3",node="${process.version}"} 1`);
  const value = (name: string) => Number(new RegExp(`^${name} (.*)$`, "m").exec(text)?.[1]);
  expect(value("process_resident_memory_bytes")).toBeGreaterThan(10e6);
  expect(value("process_start_time_seconds")).toBeCloseTo(performance.timeOrigin / 1_000, 0);
  expect(value("nodejs_heap_size_limit_bytes")).toBeGreaterThan(
    value("nodejs_heap_size_used_bytes"),
  );
});
