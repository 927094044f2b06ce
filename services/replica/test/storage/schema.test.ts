import Sqlite from "better-sqlite3";
import { getTableConfig } from "drizzle-orm/sqlite-core";
import { expect, it } from "vitest";
import { migrate } from "../../src/storage/migrations.ts";
import * as schema from "../../src/storage/schema.ts";

interface Column {
  readonly name: string;
  readonly type: string;
  readonly notnull: number;
}

function migrated(): Sqlite.Database {
  const sqlite = new Sqlite(":memory:");
  migrate(sqlite);
  return sqlite;
}

it("is what the migrations make", () => {
  const sqlite = migrated();
  for (const table of Object.values(schema)) {
    const { name, columns } = getTableConfig(table);
    const made = sqlite.pragma(`table_info(${name})`) as readonly Column[];
    expect(
      made.map((column) => [column.name, column.type.toLowerCase(), column.notnull === 1]),
      name,
    ).toEqual(columns.map((column) => [column.name, column.getSQLType(), column.notNull]));
  }
});

it("has no table that the migrations do not make, and the other way round", () => {
  const made = migrated()
    .prepare(
      "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE '\\_\\_%' ESCAPE '\\'",
    )
    .pluck()
    .all();
  const described = Object.values(schema).map((table) => getTableConfig(table).name);
  expect(made.toSorted()).toEqual(described.toSorted());
});

it("is migrated once", () => {
  const sqlite = migrated();
  migrate(sqlite);
  expect(sqlite.prepare("SELECT count(*) FROM __drizzle_migrations").pluck().get()).toBe(1);
});
