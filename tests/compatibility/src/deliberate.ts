import type { Difference } from "./compare.ts";

/** A place where Meerkat means to differ from the ZooKeeper that Debian has. */
interface Deliberate {
  readonly scenario: RegExp;
  readonly step: RegExp;
  readonly got: RegExp;
  readonly why: string;
}

const DELIBERATE: readonly Deliberate[] = [
  {
    scenario: /^acl-(permissions|digest)$/,
    step: /\bexists?\b/,
    got: /^\{"error":"(NoAuthError|NOAUTH)"\}$/,
    why: "exists asks for READ, as ZooKeeper does since 3.8.4; before, everybody could watch every node",
  },
];

/** Why a difference is meant to be; undefined when it is not. */
export function whyDeliberate({ scenario, step, got }: Difference): string | undefined {
  const rule = DELIBERATE.find(
    (one) => one.scenario.test(scenario) && one.step.test(step) && one.got.test(got),
  );
  return rule?.why;
}
