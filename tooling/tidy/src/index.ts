export { checkRepository, checkSources } from "./check-repository.ts";
export type { Problem } from "./rules.ts";
