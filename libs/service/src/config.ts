import {
  bool,
  type CleanedEnv,
  cleanEnv,
  makeValidator,
  num,
  type RequiredValidatorSpec,
  str,
  type ValidatorSpec,
} from "envalid";

/** One variable: how it is read, its default, and the sentence that explains it (`desc`). */
export type Specs = Record<string, ValidatorSpec<unknown>>;

export interface Described {
  readonly desc: string;
}

/** The configuration of this process is wrong; the message names every variable that is. */
export class ConfigError extends Error {
  override readonly name = "ConfigError";
}

interface Bounds {
  readonly min: number;
  readonly max: number;
}

type WithDefault<T> = Described & { readonly default?: T };

/** A whole number within bounds, both inclusive. */
export function integer(options: WithDefault<number> & Bounds): RequiredValidatorSpec<number> {
  const { min, max, ...spec } = options;
  return makeValidator<number>((input) => {
    const value = Number(input);
    const holds = input.trim() !== "" && Number.isInteger(value) && value >= min && value <= max;
    if (!holds) throw new Error(`"${input}" is not a whole number from ${min} to ${max}`);
    return value;
  })({ ...spec, example: `${min}…${max}` });
}

/** A share: 0 is nothing, 1 is all. */
export function share(options: WithDefault<number>): RequiredValidatorSpec<number> {
  return makeValidator<number>((input) => {
    const value = Number(input);
    const holds = input.trim() !== "" && value >= 0 && value <= 1;
    if (!holds) throw new Error(`"${input}" is not a number from 0 to 1`);
    return value;
  })({ ...options, example: "0.01" });
}

/** Whole numbers separated by commas, each within bounds, none twice, at least one. */
export function integerList(
  options: WithDefault<readonly number[]> & Bounds,
): RequiredValidatorSpec<readonly number[]> {
  const { min, max, ...spec } = options;
  return makeValidator<readonly number[]>((input) => {
    const values = input.split(",").map(Number);
    const holds = values.every((v) => Number.isInteger(v) && v >= min && v <= max);
    if (!holds) throw new Error(`"${input}" is not a list like 1,2,3 of numbers ${min} to ${max}`);
    if (new Set(values).size !== values.length) throw new Error(`"${input}" names one twice`);
    return values;
  })({ ...spec, example: "1,2,3" });
}

/** Text that matches a pattern; `expected` completes the sentence "is not …". */
export function text(
  options: WithDefault<string> & { readonly pattern?: RegExp; readonly expected?: string },
): RequiredValidatorSpec<string> {
  const { pattern = /./, expected = "a text with at least one character", ...spec } = options;
  return makeValidator<string>((input) => {
    if (!pattern.test(input)) throw new Error(`"${input}" is not ${expected}`);
    return input;
  })(spec);
}

export { bool, num, str };

/**
 * Reads the environment once, at start.
 * @throws ConfigError that names each variable that is missing or invalid.
 */
export function readConfig<S extends Specs>(
  specs: S,
  environment: Readonly<Record<string, string | undefined>>,
): CleanedEnv<S> {
  return cleanEnv(environment, specs, {
    reporter: ({ errors }) => {
      const problems = Object.entries(errors).flatMap(([name, error]) =>
        error === undefined ? [] : [`  ${name}: ${explain(error, specs[name])}`],
      );
      if (problems.length === 0) return;
      throw new ConfigError(`The configuration is not valid:\n${problems.join("\n")}`);
    },
  });
}

function explain(error: Error, spec: ValidatorSpec<unknown> | undefined): string {
  const isMissing = error.name === "EnvMissingError";
  const problem = isMissing ? "is required and not set" : error.message;
  return spec?.desc === undefined ? problem : `${problem} (${spec.desc})`;
}

/** What `--help` prints: every variable with its default and its sentence. */
export function describeConfig(summary: string, specs: Specs): string {
  const names = Object.keys(specs);
  const width = Math.max(...names.map((name) => name.length));
  const lines = names.map((name) => {
    const spec = specs[name] as ValidatorSpec<unknown> & { readonly default?: unknown };
    const fallback = "default" in spec ? `default ${String(spec.default)}` : "required";
    return `  ${name.padEnd(width)}  ${spec.desc ?? ""} [${fallback}]`;
  });
  return `${summary}\n\nConfigured by environment variables:\n${lines.join("\n")}\n`;
}
