import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { parseTarget } from "../target.ts";
import { fuzz } from "./fuzz.ts";
import { readSeeds } from "./seeds.ts";

const HELP = `Sends mutated frames to a server that runs, and looks whether it minds.

  node src/fuzz/main.ts HOST:PORT [--runs N] [--seed N]

The server should be one that nobody else needs.
`;

const RUNS_DEFAULT = "1000";

const { values, positionals } = parseArgs({
  options: {
    runs: { type: "string", default: RUNS_DEFAULT },
    seed: { type: "string" },
    help: { type: "boolean" },
  },
  allowPositionals: true,
});
const [address] = positionals;
if (values.help === true || address === undefined) {
  process.stdout.write(HELP);
} else {
  const seed =
    values.seed === undefined ? Math.floor(Math.random() * 2 ** 31) : Number(values.seed);
  const seeds = readSeeds(resolve(import.meta.dirname, "../../scripts"));
  process.stdout.write(`${seeds.length} frames, seed ${seed}\n`);
  await fuzz(parseTarget(address), seeds, { seed, runs: Number(values.runs) });
  process.stdout.write(`${values.runs} attacks shrugged off\n`);
}
