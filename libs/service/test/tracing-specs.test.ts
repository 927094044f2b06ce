import { describe, expect, it } from "vitest";
import { readConfig, TRACING_SPECS, tracingSettings } from "../src/index.ts";

const settingsOf = (environment: Readonly<Record<string, string>>) =>
  tracingSettings(readConfig(TRACING_SPECS, environment));

const ENDPOINT = { OTEL_EXPORTER_OTLP_ENDPOINT: "http://jaeger:4318" };

describe("tracingSettings", () => {
  it("is nothing without an endpoint, and where traces are switched off", () => {
    expect(settingsOf({})).toBeUndefined();
    expect(settingsOf({ OTEL_EXPORTER_OTLP_ENDPOINT: "" })).toBeUndefined();
    expect(settingsOf({ ...ENDPOINT, OTEL_TRACES_EXPORTER: "none" })).toBeUndefined();
    expect(settingsOf({ ...ENDPOINT, OTEL_SDK_DISABLED: "true" })).toBeUndefined();
  });

  it("appends the path of traces to the base, and takes the whole URL as it is", () => {
    expect(settingsOf(ENDPOINT)?.otlp.url).toBe("http://jaeger:4318/v1/traces");
    const slashed = { OTEL_EXPORTER_OTLP_ENDPOINT: "http://jaeger:4318/" };
    expect(settingsOf(slashed)?.otlp.url).toBe("http://jaeger:4318/v1/traces");
    const whole = { ...ENDPOINT, OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: "https://else/where" };
    expect(settingsOf(whole)?.otlp.url).toBe("https://else/where");
  });

  it.each([
    ["parentbased_always_on", { ratio: 1, parentBased: true }],
    ["parentbased_always_off", { ratio: 0, parentBased: true }],
    ["parentbased_traceidratio", { ratio: 0.25, parentBased: true }],
    ["always_on", { ratio: 1, parentBased: false }],
    ["always_off", { ratio: 0, parentBased: false }],
    ["traceidratio", { ratio: 0.25, parentBased: false }],
  ])("understands OpenTelemetry's sampler %s", (sampler, sampling) => {
    const environment = { OTEL_TRACES_SAMPLER: sampler, OTEL_TRACES_SAMPLER_ARG: "0.25" };
    expect(settingsOf({ ...ENDPOINT, ...environment })?.sampling).toMatchObject(sampling);
  });

  it.each([
    [{ OTEL_EXPORTER_OTLP_ENDPOINT: "jaeger:4318" }, "is not a URL like http://jaeger:4318"],
    [{ OTEL_TRACES_SAMPLER_ARG: "2" }, '"2" is not a number from 0 to 1'],
    [{ OTEL_TRACES_SAMPLER: "sometimes" }, "OTEL_TRACES_SAMPLER"],
    [{ OTEL_EXPORTER_OTLP_PROTOCOL: "grpc" }, "OTEL_EXPORTER_OTLP_PROTOCOL"],
  ])("refuses %j by name", (environment, message) => {
    expect(() => settingsOf(environment)).toThrow(message);
  });
});
