import type { Fields } from "./fields.ts";
import type { Symbols } from "./symbols.ts";

/** Data and lengths that are the deployment's own are kept under a name. */
export interface StatOptions {
  readonly isConfig: boolean;
}

/** Reads the 68 bytes of a Stat and says them in one line; times are seen in the hex alone. */
export function readStat(fields: Fields, symbols: Symbols, { isConfig }: StatOptions): string {
  const zxid = (value: bigint) => (value > 0n ? symbols.zxid(value) : undefined);
  const time = (of: bigint) => (value: bigint) => {
    if (isConfig) return "clock";
    return value === 0n ? undefined : symbols.time(value, of);
  };
  const name = (value: bigint) => zxid(value) ?? String(value);
  const czxid = fields.long(zxid);
  const mzxid = fields.long(zxid);
  fields.long(time(czxid));
  fields.long(time(mzxid));
  const version = fields.int();
  const cversion = fields.int();
  const aversion = fields.int();
  const owner = fields.long((value) => (value === 0n ? undefined : symbols.session(value)));
  const length = isConfig ? fields.named("length", (value) => value > 0) : String(fields.int());
  const children = fields.int();
  const pzxid = fields.long(zxid);
  return (
    `czxid=${name(czxid)} mzxid=${name(mzxid)} pzxid=${name(pzxid)} version=${version} ` +
    `cversion=${cversion} aversion=${aversion} ` +
    `owner=${owner === 0n ? 0 : symbols.session(owner)} length=${length} children=${children}`
  );
}
