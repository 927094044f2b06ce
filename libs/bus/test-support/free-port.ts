import { createServer } from "node:net";

/**
 * Below the range from which the system takes the ports of outgoing connections (32768 and up on
 * Linux): a server that is stopped and started again finds its port still free.
 */
const PORTS = { first: 30_000, count: 2_700 };

/** A port on 127.0.0.1 that nobody listens on. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = PORTS.first + Math.floor(Math.random() * PORTS.count);
    if (await isFree(port)) return port;
  }
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", () => resolve(false));
    server.listen(port, "127.0.0.1", () => server.close(() => resolve(true)));
  });
}
