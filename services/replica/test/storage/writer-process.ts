import { parseArgs } from "node:util";
import { makeEpoch, makeZxid, type Persist, type Zxid } from "@meerkat/zab";
import { StorageClient } from "../../src/storage/storage-client.ts";

/*
 * Writes one batch after the other, some in flight, and prints the counter of each that is on disk.
 * Each write also stores its counter as the accepted epoch, so that a torn group would show; with
 * `--rows-alone` only the first one does, and the others take the lane.
 */
const { values } = parseArgs({
  options: {
    dir: { type: "string" },
    from: { type: "string" },
    count: { type: "string" },
    "in-flight": { type: "string" },
    "rows-alone": { type: "boolean" },
  },
});
const last = Number(values.from) + Number(values.count);
const zxid = (counter: number): Zxid =>
  counter === 0 ? (0 as Zxid) : makeZxid(makeEpoch(1), counter);

const storage = await StorageClient.open(
  { dataDir: values.dir ?? "", ensemble: "test", serverId: 1, bytesMax: 0, keepLogBytes: 0 },
  {
    onFailed: (error) => {
      throw error;
    },
    onPurged: () => undefined,
    onDamaged: () => undefined,
    onCommitted: () => undefined,
  },
);
await storage.load(0);
let counter = Number(values.from);
writeNext();
for (let n = 1; n < Number(values["in-flight"]); n += 1) writeNext();

function writeNext(): void {
  counter += 1;
  const written = counter;
  if (written > last) return;
  storage.write(persistOf(written), () => {
    process.stdout.write(`${written}\n`);
    writeNext();
    storage.awaitWrites();
  });
  storage.awaitWrites();
}

function persistOf(written: number): Persist {
  const payload = new TextEncoder().encode(`t${written}`);
  const at = zxid(written);
  const proposal = { previous: zxid(written - 1), first: at, last: at, kind: "txns", payload };
  const persist = {
    stage: [],
    append: [proposal as Persist["append"][number]],
    committed: zxid(0),
  };
  if (values["rows-alone"] && written > 1) return persist;
  const acceptedEpoch = makeEpoch(written);
  return { ...persist, hardState: { acceptedEpoch, currentEpoch: makeEpoch(1), voice: true } };
}
