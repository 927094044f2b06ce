import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { DASHBOARDS, render } from "./index.ts";

/** `npm run dashboards`: writes what Grafana loads. */
for (const dashboard of DASHBOARDS) {
  const file = join(import.meta.dirname, "..", "dashboards", `${dashboard.name}.json`);
  writeFileSync(file, render(dashboard));
}
