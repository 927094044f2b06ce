/** A client that exists in the world, and our program that drives it. */
export interface Client {
  readonly name: string;
  /**
   * Makes it ready to run: what to add before the arguments of the driver.
   * @returns why it cannot run here, and what would bring it, when it cannot
   */
  prepare(): Promise<Launch | Missing>;
}

/** The driver takes `--list`, or a connect string and names of scenarios. */
export interface Launch {
  readonly command: string;
  readonly args: readonly string[];
}

export interface Missing {
  readonly missing: string;
}

export function isMissing(answer: Launch | Missing): answer is Missing {
  return "missing" in answer;
}
