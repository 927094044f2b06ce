import { createServer } from "node:net";

/** Below the range from which the system takes the ports of outgoing connections (32768 and up on Linux). */
const PORTS = { first: 15_000, count: 14_000 };

/** The first of a row of ports on 127.0.0.1 that nobody listens on. */
export async function freePorts(count: number): Promise<number> {
  for (;;) {
    const first = PORTS.first + Math.floor(Math.random() * PORTS.count);
    const row = Array.from({ length: count }, (_, i) => first + i);
    if ((await Promise.all(row.map(isFree))).every(Boolean)) return first;
  }
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", () => resolve(false));
    server.listen(port, "127.0.0.1", () => server.close(() => resolve(true)));
  });
}
