import type { ServerId } from "@meerkat/zab";
import type { Witness } from "./checkers/witness.ts";
import type { Clock } from "./clock.ts";
import type { Message } from "./messages.ts";
import type { Mistake, OnPublish } from "./mistakes.ts";
import type { Network } from "./network.ts";
import type { Options } from "./options.ts";
import type { Tally } from "./tally.ts";
import type { Transcript } from "./transcript.ts";

/** What every part of one run shares. */
export interface World {
  readonly options: Options;
  readonly clock: Clock;
  readonly network: Network<Message>;
  readonly witness: Witness;
  readonly transcript: Transcript;
  readonly tally: Tally;
  readonly voters: readonly ServerId[];
  readonly observers: readonly ServerId[];
  readonly mistake: Mistake | undefined;
  /** A mistake's ear at everything that is published. */
  readonly onPublish?: OnPublish;
}

/** Midnight of some day: trees want times since the epoch. */
const START_MS = 1_700_000_000_000;

export function wallClockMs(world: World, skew: number): number {
  return START_MS + Math.floor((world.clock.nowUs * skew) / 1000);
}
