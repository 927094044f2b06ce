import { parseArguments, USAGE, UsageError } from "./arguments.ts";
import { drawOptions, type Options } from "./options.ts";
import { describeFailure, describeSummary, Summary } from "./report.ts";
import { type Outcome, run } from "./run.ts";
import { shrink } from "./shrink.ts";

const SHRINK_ATTEMPTS_MAX = 300;

function main(): number {
  const asked = parseArguments(process.argv.slice(2));
  if (asked === "help") {
    console.log(USAGE);
    return 0;
  }
  const { seeds, mistake, voters, verbose, shrinks, keepGoing } = asked;
  const summary = new Summary();
  for (const seed of seeds) {
    const options = withVoters(drawOptions(seed), voters);
    const outcome = run(options, { mistake, recording: verbose });
    summary.add(outcome);
    if (verbose) console.log(outcome.transcript.tail(Number.POSITIVE_INFINITY).join("\n"));
    if (outcome.failure === undefined) continue;
    if (mistake === undefined)
      console.log(describeFailure(shrinks ? shrunk(outcome) : recorded(outcome)));
    if (mistake === undefined && !keepGoing) break;
  }
  console.log(describeSummary(summary, mistake));
  return summary.failures.length === 0 ? 0 : 1;

  function shrunk(failing: Outcome): Outcome {
    console.log(`seed ${failing.options.seed} failed after ${failing.steps} steps, shrinking`);
    return recorded(shrink(failing, { settings: { mistake }, attemptsMax: SHRINK_ATTEMPTS_MAX }));
  }
  function recorded(outcome: Outcome): Outcome {
    return run(outcome.options, { mistake, recording: true });
  }
}

function withVoters(options: Options, voters: number | undefined): Options {
  return voters === undefined ? options : { ...options, voters };
}

try {
  process.exitCode = main();
} catch (error) {
  if (!(error instanceof UsageError)) throw error;
  console.error(`${error.message}\n\n${USAGE}`);
  process.exitCode = 2;
}
