import { bool, text } from "./config.ts";

/** What is told of changes, on NATS and over HTTP: the same on every replica and gateway of an ensemble. */
export const EVENT_SPECS = {
  MEERKAT_WATCH_EVENTS: bool({
    default: true,
    desc: "Every change is published on NATS (docs/watch-events.md); the same on all replicas and gateways",
  }),
  MEERKAT_WATCH_DATA: text({
    default: "4096",
    pattern: /^(never|always|\d{1,9})$/,
    expected: "never, always or a number of bytes",
    desc: "Data in watch events: never, always, or up to so many bytes; the same on all",
  }),
  MEERKAT_WATCH_DISCLOSURE: text({
    default: "/=readable",
    desc:
      "What is told on NATS of the znodes below a path: path=none, path, readable (the data of world-readable " +
      "ones) or all; separated by commas, the longest path holds; the same on all",
  }),
};

/** The largest data of an event; -1 for none at all. */
export function watchDataBytesMax({
  MEERKAT_WATCH_DATA: data,
}: {
  readonly MEERKAT_WATCH_DATA: string;
}): number {
  if (data === "never") return -1;
  return data === "always" ? Number.MAX_SAFE_INTEGER : Number(data);
}
