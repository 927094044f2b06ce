export { ManagedProcess } from "./managed-process.ts";
export { ensureNatsServer } from "./nats-binary.ts";
export { DEFAULT_OPTIONS, OptionError, parseOptions, type StackOptions } from "./options.ts";
export { RunFolder } from "./run-folder.ts";
export { SetupError } from "./setup-error.ts";
export { Stack } from "./stack.ts";
