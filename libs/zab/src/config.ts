import type { PeerConfig } from "./ready.ts";
import { COUNTER_MAX } from "./zxid.ts";

/** Larger ids are those of observers. */
export const VOTER_ID_MAX = 254;
/** A turnover is finished with what is left of the counter. */
const COUNTER_RESERVE = 2 ** 16;

/** The configuration cannot work; the message names the field and what it may be. */
export class ConfigError extends Error {
  override readonly name = "ConfigError";
}

/** @throws ConfigError naming the first field that is wrong. */
export function validateConfig(config: PeerConfig): void {
  const { self, voters, observer } = config;
  demand(voters.length > 0, "voters", "must name at least one server");
  demand(new Set(voters).size === voters.length, "voters", "names a server twice");
  for (const voter of voters) {
    const valid = Number.isInteger(voter) && voter >= 1 && voter <= VOTER_ID_MAX;
    demand(valid, "voters", `holds ${voter}; ids of voters are 1 to ${VOTER_ID_MAX}`);
  }
  const role = observer ? "an observer is not a voter" : "a server that votes is one of the voters";
  demand(voters.includes(self) !== observer, "self", `is ${self}; ${role}`);
  for (const field of [
    "initLimitTicks",
    "syncLimitTicks",
    "idleBeatTicks",
    "proposalsInFlightMax",
  ] as const) {
    const value = config[field];
    demand(Number.isInteger(value) && value >= 1, field, `is ${value}; it must be 1 or more`);
  }
  for (const field of ["committedWindowBytesMax", "syncChunkBytesMax"] as const) {
    demand(config[field] >= 0, field, `is ${config[field]}; it must not be negative`);
  }
  const counterLimit = COUNTER_MAX - COUNTER_RESERVE;
  const { counterMax } = config;
  const counterValid =
    Number.isInteger(counterMax) && counterMax >= 1 && counterMax <= counterLimit;
  demand(counterValid, "counterMax", `is ${counterMax}; it must be 1 to ${counterLimit}`);
}

function demand(holds: boolean, field: string, problem: string): void {
  if (!holds) throw new ConfigError(`${field} ${problem}`);
}
