export { type CommandHandler, type RowHandler, runScripts, runTables } from "./run.ts";
export type { Command } from "./script.ts";
export type { Row, RowResult } from "./table.ts";
export { optionsOf, tokenize } from "./tokens.ts";
