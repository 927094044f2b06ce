/** One way to run the services; a stack of its own for each. */
export interface Variant {
  readonly name: string;
  environment(receiverUrl: string): Readonly<Record<string, string>>;
}

/** The bound on traces per second would hide what a share of all requests costs. */
const UNBOUNDED = { MEERKAT_TRACES_PER_SECOND_MAX: "1000000" };

function sampled(name: string, sampler: string, share = "1"): Variant {
  return {
    name,
    environment: (receiverUrl) => ({
      ...UNBOUNDED,
      OTEL_EXPORTER_OTLP_ENDPOINT: receiverUrl,
      OTEL_TRACES_SAMPLER: sampler,
      OTEL_TRACES_SAMPLER_ARG: share,
    }),
  };
}

/** The first is what the others are compared with. */
export const VARIANTS: readonly Variant[] = [
  { name: "absent", environment: () => ({}) },
  sampled("off", "always_off"),
  sampled("1 %", "traceidratio", "0.01"),
  sampled("100 %", "always_on"),
  {
    name: "default",
    environment: (receiverUrl) => ({ OTEL_EXPORTER_OTLP_ENDPOINT: receiverUrl }),
  },
];
