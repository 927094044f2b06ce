import { type DestinationStream, destination, type Logger, pino } from "pino";

export type { Logger } from "pino";

export const LOG_LEVELS = ["trace", "debug", "info", "warn", "error", "fatal", "silent"] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

export interface LoggerOptions {
  /** Process name as in `ps` and in the run folder: replica-1, gateway-2. */
  readonly name: string;
  readonly level: LogLevel;
  /** Where lines go; standard output when absent. */
  readonly stream?: DestinationStream;
}

/**
 * One JSON object per line, level as a word, time as ISO 8601. Writes are synchronous: a line that
 * explains why a process stops must be out before it has stopped.
 */
export function createLogger(options: LoggerOptions): Logger {
  const settings = {
    name: options.name,
    level: options.level,
    base: { pid: process.pid },
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label: string) => ({ level: label }) },
  };
  return pino(settings, options.stream ?? destination({ dest: 1, sync: true }));
}
