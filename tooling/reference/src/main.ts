import { writeFileSync } from "node:fs";
import { OPERATIONS, operationsWithTables } from "./operations.ts";

/** `npm run reference`: writes the tables of variables and metrics into docs/operations.md. */
writeFileSync(OPERATIONS, operationsWithTables());
