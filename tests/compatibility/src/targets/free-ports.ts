import { createServer } from "node:net";

/** Below the range from which the system takes the ports of outgoing connections (32768 and up on Linux). */
const PORTS = { first: 15_000, count: 14_000 };

/** The first of a row of ports that nobody listens on. */
export async function freePortBase(length: number): Promise<number> {
  for (;;) {
    const first = PORTS.first + Math.floor(Math.random() * PORTS.count);
    const row = Array.from({ length }, (_, i) => first + i);
    const free = await Promise.all(row.map(isFree));
    if (free.every(Boolean)) return first;
  }
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", () => resolve(false));
    server.listen(port, "127.0.0.1", () => server.close(() => resolve(true)));
  });
}
