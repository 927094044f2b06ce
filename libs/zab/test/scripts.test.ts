import { join } from "node:path";
import { runScripts } from "@meerkat/datadriven";
import { ScriptRunner } from "./harness/script.ts";

runScripts(join(import.meta.dirname, "scripts"), () => {
  const runner = new ScriptRunner();
  return (command) => runner.run(command);
});
