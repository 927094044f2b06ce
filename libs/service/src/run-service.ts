import { createLogger, LOG_LEVELS, type Logger } from "@meerkat/telemetry";
import type { CleanedEnv } from "envalid";
import packageJson from "../package.json" with { type: "json" };
import { ConfigError, describeConfig, readConfig, type Specs, str } from "./config.ts";

/** An error that a person can act on: its message is the whole story, no stack is printed. */
export class StartupError extends Error {
  override readonly name: string = "StartupError";
}

export interface RunningService {
  /** Ends in order: no new work, finish what is under way (bounded), close. */
  stop(): Promise<void>;
}

export interface ServiceContext<S extends Specs> {
  readonly config: CleanedEnv<S>;
  readonly logger: Logger;
  /** For what nobody can repair: says why and ends the process with code 1, without an orderly stop. */
  fatal(error: Error): never;
}

export interface ServiceDefinition<S extends Specs> {
  /** First line of `--help`. */
  readonly summary: string;
  readonly specs: S;
  /** The process's name in logs, from its configuration. */
  name(config: CleanedEnv<S>): string;
  start(context: ServiceContext<S>): Promise<RunningService>;
}

export const SHARED_SPECS = {
  MEERKAT_LOG_LEVEL: str({
    default: "info",
    choices: [...LOG_LEVELS],
    desc: "Least severe log lines that are written",
  }),
};

const STOP_DEADLINE_MS = 10_000;

/** Every process of ours starts and ends here: help, configuration, logger, signals, the last word. */
export async function runService<S extends Specs>(
  definition: ServiceDefinition<S>,
  environment: Readonly<Record<string, string | undefined>>,
  args: readonly string[] = process.argv.slice(2),
): Promise<void> {
  const specs = { ...SHARED_SPECS, ...definition.specs };
  if (args.includes("--help")) {
    process.stdout.write(describeConfig(definition.summary, specs));
    return;
  }
  if (args.length > 0) refuse(`Unknown argument ${args[0]}. Try --help.`);
  const config = configOrExit(specs, environment);
  const logger = createLogger({
    name: definition.name(config as CleanedEnv<S>),
    level: (config as CleanedEnv<typeof SHARED_SPECS>).MEERKAT_LOG_LEVEL,
  });
  logger.info(`Starts: Meerkat ${packageJson.version}, Node ${process.version}`);
  const fatal = (error: Error): never => {
    const isExplained = error instanceof StartupError;
    logger.fatal(isExplained ? {} : { err: error }, error.message);
    process.exit(1);
  };
  process.on("uncaughtException", fatal);
  process.on("unhandledRejection", (reason) =>
    fatal(reason instanceof Error ? reason : new Error(String(reason))),
  );
  const running: { service?: RunningService } = {};
  stopOnSignals(running, logger);
  try {
    const context = { config: config as CleanedEnv<S>, logger, fatal };
    running.service = await definition.start(context);
  } catch (error) {
    fatal(error instanceof Error ? error : new Error(String(error)));
  }
}

function configOrExit<S extends Specs>(
  specs: S,
  environment: Readonly<Record<string, string | undefined>>,
): CleanedEnv<S> {
  try {
    return readConfig(specs, environment);
  } catch (error) {
    if (error instanceof ConfigError) return refuse(error.message);
    throw error;
  }
}

function refuse(message: string): never {
  process.stderr.write(`${message}\n`);
  process.exit(1);
}

/** A service that is still starting has nothing under way that an orderly stop would finish. */
function stopOnSignals(running: { readonly service?: RunningService }, logger: Logger): void {
  let stopping = false;
  const stop = async (signal: NodeJS.Signals): Promise<void> => {
    if (stopping) return;
    stopping = true;
    logger.info({ signal }, `Stopping on ${signal}`);
    setTimeout(() => {
      logger.error(`Did not stop within ${STOP_DEADLINE_MS} ms; ending anyway`);
      process.exit(1);
    }, STOP_DEADLINE_MS).unref();
    await running.service?.stop();
    logger.info("Stopped");
    process.exit(0);
  };
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    process.on(signal, (received) => void stop(received));
  }
}
