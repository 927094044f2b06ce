import { resolve } from "node:path";
import { checkRepository } from "./check-repository.ts";

const problems = checkRepository(resolve(import.meta.dirname, "../../.."));
for (const { path, message } of problems) process.stdout.write(`${path}: ${message}\n`);
process.exit(problems.length === 0 ? 0 : 1);
