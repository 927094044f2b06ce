import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { DATABASE_FILE } from "../../src/storage/open-database.ts";
import { StorageRefused } from "../../src/storage/storage-refused.ts";
import { hardState, newFolder, open, tamper, write } from "./folder.ts";

async function refusal(opening: Promise<unknown>): Promise<string> {
  const error = await opening.then(
    () => new Error("was opened"),
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(StorageRefused);
  return (error as Error).message;
}

describe("a data folder is refused with what, where and what to do", () => {
  it("of another ensemble", async () => {
    const folder = newFolder();
    await (await open(folder)).storage.close();
    const message = await refusal(open(folder, { ensemble: "other" }));
    expect(message).toContain(join(folder, DATABASE_FILE));
    expect(message).toContain('belongs to the ensemble "test", not to "other"');
    expect(message).toContain("MEERKAT_ENSEMBLE");
  });

  it("of another server", async () => {
    const folder = newFolder();
    await (await open(folder)).storage.close();
    const message = await refusal(open(folder, { serverId: 2 }));
    expect(message).toContain("belongs to server 1, not to server 2");
  });

  it("in use by another", async () => {
    const folder = newFolder();
    await open(folder);
    expect(await refusal(open(folder))).toContain("in use by another process");
  });

  it("of a newer format", async () => {
    const folder = newFolder();
    await (await open(folder)).storage.close();
    tamper(folder, "UPDATE meta SET format = 99");
    expect(await refusal(open(folder))).toContain("has format 99");
  });

  it("that cannot be made", async () => {
    const file = join(newFolder(), "file");
    writeFileSync(file, "");
    expect(await refusal(open(join(file, "data")))).toContain("cannot be written");
  });

  it("whose database is a folder", async () => {
    const folder = newFolder();
    mkdirSync(join(folder, DATABASE_FILE));
    expect(await refusal(open(folder))).toContain("cannot be opened");
  });

  it("whose database is not one", async () => {
    const folder = newFolder();
    writeFileSync(join(folder, DATABASE_FILE), "this is no database".repeat(100));
    expect(await refusal(open(folder))).toContain("is damaged");
  });

  it("whose database is somebody else's, which is left as it is", async () => {
    const folder = newFolder();
    tamper(folder, "CREATE TABLE theirs (x)");
    expect(await refusal(open(folder))).toContain("not one of Meerkat");
  });

  it("whose epochs are damaged", async () => {
    const folder = newFolder();
    const { storage } = await open(folder);
    await write(storage, { hardState: hardState(2, 2, true) });
    await storage.close();
    tamper(folder, "UPDATE hard_state SET accepted_epoch = 1");
    expect(await refusal(open(folder))).toContain("the row with this replica's epochs is damaged");
  });
});
