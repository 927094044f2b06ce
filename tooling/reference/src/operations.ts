import { readFileSync } from "node:fs";
import { join } from "node:path";
import { SERVICES } from "./services.ts";
import { metricsTable, variablesTable } from "./tables.ts";

export const OPERATIONS = join(import.meta.dirname, "../../../docs/operations.md");

const TABLES: Readonly<Record<string, string>> = {
  variables: variablesTable(SERVICES),
  metrics: metricsTable(SERVICES),
};

/**
 * docs/operations.md with the tables that the code gives, between `<!-- variables -->` and `<!-- end -->`.
 * @throws Error when a table has no place there
 */
export function operationsWithTables(): string {
  let text = readFileSync(OPERATIONS, "utf8");
  for (const [name, table] of Object.entries(TABLES)) {
    const place = new RegExp(`(<!-- ${name}\\b[^>]*-->\\n\\n)[\\s\\S]*?(\\n\\n<!-- end -->)`);
    if (!place.test(text)) throw new Error(`${OPERATIONS} has no place for the table "${name}"`);
    text = text.replace(place, (_, begin: string, end: string) => `${begin}${table}${end}`);
  }
  return text;
}
