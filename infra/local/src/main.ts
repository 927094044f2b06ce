import { HELP, OptionError, parseOptions } from "./options.ts";
import { SetupError } from "./setup-error.ts";
import { Stack } from "./stack.ts";

const say = (line: string): void => {
  process.stdout.write(`${line}\n`);
};

function banner(stack: Stack, startedMs: number): string {
  const { dataDir, natsPort } = stack.options;
  const [url = ""] = stack.urls;
  return `
Meerkat serves (${((Date.now() - startedMs) / 1000).toFixed(1)} s):
  HTTP       ${stack.urls.join("  ")}
  ZooKeeper  ${stack.connectString}
  API        ${url}/docs
  NATS       nats://127.0.0.1:${natsPort}
  data       ${dataDir}   (pids in run/, logs in log/)

Try:
  curl -i -X POST ${url}/v1/znodes/greeting -H 'content-type: application/json' -d '{"data":"hello"}'
  curl ${url}/v1/znodes/greeting
  curl ${url}/v1/cluster

Ctrl-C stops everything; the data stays.
`;
}

function stopOnSignals(stack: Stack): void {
  let stopping = false;
  const stop = async (): Promise<void> => {
    if (stopping) return;
    stopping = true;
    say("Stopping ...");
    await stack.stop();
    say("Stopped.");
    process.exit(0);
  };
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const)
    process.on(signal, () => void stop());
}

async function main(): Promise<void> {
  const options = parseOptions(process.argv.slice(2));
  if (options === "help") return say(HELP);
  const startedMs = Date.now();
  const stack = await Stack.start(options, say);
  stopOnSignals(stack);
  say(`Starting ${stack.names.join(", ")} ...`);
  try {
    await stack.ready();
  } catch (error) {
    await stack.stop();
    throw error;
  }
  say(banner(stack, startedMs));
}

try {
  await main();
} catch (error) {
  if (!(error instanceof SetupError || error instanceof OptionError)) throw error;
  const hint = error instanceof OptionError ? "; npm start -- --help lists the options" : "";
  process.stderr.write(`${error.message}${hint}\n`);
  process.exit(1);
}
