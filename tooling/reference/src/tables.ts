import type { MetricRow, Service, Variable } from "./services.ts";

/** One row for what several services have in the same words. */
interface Shared<T> {
  readonly name: string;
  readonly thing: T;
  readonly services: string[];
}

/** Every variable of every service, sorted by name. */
export function variablesTable(services: readonly Service[]): string {
  const rows = merge<Variable>(
    services.map(({ name, variables }) => [name, Object.entries(variables)]),
    ({ desc, default: fallback }) => JSON.stringify([desc, fallback]),
  ).map(({ name, thing, services: of }) => [
    `\`${name}\``,
    whose(of, services),
    "default" in thing ? defaultText(thing.default) : "required",
    cell(thing.desc ?? ""),
  ]);
  return table(["variable", "of", "default", "what it does"], rows);
}

/** Every metric of every service, sorted by name. */
export function metricsTable(services: readonly Service[]): string {
  const rows = merge<MetricRow>(
    services.map(({ name, metrics }) => [name, metrics.map((metric) => [metric.name, metric])]),
    ({ type, help }) => JSON.stringify([type, help]),
  ).map(({ name, thing, services: of }) => [
    `\`${name}\`${thing.labelNames.length === 0 ? "" : ` by ${thing.labelNames.join(", ")}`}`,
    thing.type,
    whose(of, services),
    cell(thing.help),
  ]);
  return table(["metric", "type", "of", "what it tells"], rows);
}

function merge<T>(
  lists: readonly (readonly [service: string, things: readonly (readonly [string, T])[]])[],
  wordsOf: (thing: T) => string,
): readonly Shared<T>[] {
  const rows = new Map<string, Shared<T>>();
  for (const [service, things] of lists) {
    for (const [name, thing] of things) {
      const key = `${name} ${wordsOf(thing)}`;
      const row = rows.get(key) ?? { name, thing, services: [] };
      row.services.push(service);
      rows.set(key, row);
    }
  }
  return [...rows.values()].sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
}

function whose(of: readonly string[], all: readonly Service[]): string {
  return of.length === all.length ? "all" : of.join(", ");
}

function defaultText(value: unknown): string {
  const text = String(value);
  return text === "" ? "empty" : `\`${text}\``;
}

function cell(text: string): string {
  return text.replaceAll("|", "\\|").replaceAll("<", "&lt;");
}

/** Columns as wide as their widest cell, as everywhere in these documents. */
function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = head.map((title, column) =>
    Math.max(title.length, ...rows.map((row) => row[column]?.length ?? 0)),
  );
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((text, column) => text.padEnd(widths[column] ?? 0)).join(" | ")} |`;
  const rule = `| ${widths.map((width) => "-".repeat(width)).join(" | ")} |`;
  return [line(head), rule, ...rows.map(line)].join("\n");
}
