/** What JSON can say. */
export type Json =
  | null
  | boolean
  | number
  | string
  | readonly Json[]
  | { readonly [key: string]: Json };

/** One thing that a client did or saw, and how it ended. */
export interface Step {
  readonly step: string;
  readonly outcome: Json;
}

/** Steps in their order, by the name of the scenario. */
export type Outcomes = ReadonlyMap<string, readonly Step[]>;

export interface ScenarioName {
  readonly scenario: string;
  /** It kills servers: it has the target to itself. */
  readonly disruptive: boolean;
}
