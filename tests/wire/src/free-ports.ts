import { createServer } from "node:net";

/** Below the range from which the system takes the ports of outgoing connections (32768 and up on Linux). */
const PORTS = { first: 27_000, end: 28_000 };

/** The first of a row of free ports. @throws Error */
export async function freePorts(count: number): Promise<number> {
  for (let first = PORTS.first; first + count <= PORTS.end; first += count) {
    const row = Array.from({ length: count }, (_, i) => first + i);
    if ((await Promise.all(row.map(isFree))).every(Boolean)) return first;
  }
  throw new Error(`no ${count} ports in a row are free from ${PORTS.first} to ${PORTS.end}`);
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", () => resolve(false));
    server.listen(port, "127.0.0.1", () => server.close(() => resolve(true)));
  });
}
