import { expect, it } from "vitest";
import { createLogger } from "../src/index.ts";

it("writes one JSON object per line, with the level as a word and the time as ISO 8601", () => {
  const lines: string[] = [];
  const logger = createLogger({
    name: "replica-1",
    level: "info",
    stream: { write: (line) => lines.push(line) },
  });
  logger.info({ zxid: "0x100000001" }, "Leading");
  logger.debug("not written");
  expect(lines).toHaveLength(1);
  const line = JSON.parse(lines[0] ?? "");
  expect(line).toMatchObject({
    level: "info",
    name: "replica-1",
    msg: "Leading",
    zxid: "0x100000001",
  });
  expect(line.time).toMatch(/^\d{4}-\d\d-\d\dT/);
});
