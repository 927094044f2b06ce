import { CommandFailed } from "./command.ts";
import { HELP, OptionError, parseOptions } from "./options.ts";
import { Report } from "./report.ts";
import { takeApart } from "./run.ts";
import { findTools, ToolsMissing } from "./tools.ts";

const say = (line: string): void => {
  process.stdout.write(`${line}\n`);
};

async function main(): Promise<number> {
  const options = parseOptions(process.argv.slice(2));
  if (options === "help") {
    say(HELP);
    return 0;
  }
  const tools = await findTools();
  say(`With ${tools.engine} and ${tools.compose.join(" ")}:`);
  const report = new Report(say);
  try {
    await takeApart(tools, options, report);
  } catch (error) {
    report.mustBeNone("steps that did not come to their end", [
      error instanceof Error ? error.message : String(error),
    ]);
  }
  say(report.failures === 0 ? "All is well." : `${report.failures} failed.`);
  return report.failures === 0 ? 0 : 1;
}

try {
  process.exit(await main());
} catch (error) {
  const isExplained =
    error instanceof OptionError || error instanceof ToolsMissing || error instanceof CommandFailed;
  if (!isExplained) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exit(1);
}
