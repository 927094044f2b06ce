import { runScripts } from "@meerkat/datadriven";
import { Driver } from "./driver.ts";
import type { Target } from "./target.ts";

/** One test per script of the directory, one after the other: each finds an empty tree. */
export function playScripts(directory: string, target: () => Target): void {
  let last: Driver | undefined;
  runScripts(directory, () => {
    const before = last;
    const driver = new Driver(target());
    last = driver;
    let isReady = false;
    return async (command) => {
      if (!isReady) await before?.finish();
      isReady = true;
      return await driver.run(command);
    };
  });
}
