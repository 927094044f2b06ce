export { PASSING_FAULTS } from "./faults.ts";
export { MISTAKES, type Mistake } from "./mistakes.ts";
export { drawOptions, type Options } from "./options.ts";
export { type Failure, type Outcome, run } from "./run.ts";
export { shrink } from "./shrink.ts";
