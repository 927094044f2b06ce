import { expect, test } from "vitest";
import { ElectionProcess } from "./election-process-handle.ts";

test("--help lists every variable", async () => {
  const process = new ElectionProcess({}, ["--help"]);
  expect(await process.ended).toBe(0);
  expect(process.output).toContain("MEERKAT_SERVER_ID");
  expect(process.output).toContain("MEERKAT_NATS_URL");
});

test("names the variables that are missing or wrong", async () => {
  const process = new ElectionProcess({ MEERKAT_SERVER_ID: "0" });
  expect(await process.ended).toBe(1);
  expect(process.output).toMatch(
    /MEERKAT_SERVER_ID[\s\S]*MEERKAT_SERVERS|MEERKAT_SERVERS[\s\S]*MEERKAT_SERVER_ID/,
  );
});

test("refuses to elect for a server that is not in the ensemble", async () => {
  const process = new ElectionProcess({ MEERKAT_SERVER_ID: "4", MEERKAT_SERVERS: "1,2,3" });
  expect(await process.ended).toBe(1);
  expect(process.output).toContain("MEERKAT_SERVER_ID names 4, which is not among MEERKAT_SERVERS");
});
