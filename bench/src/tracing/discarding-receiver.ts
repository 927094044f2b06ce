import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";

/** Takes every export and looks at none: what a receiver costs is not what traces cost the services. */
export class DiscardingReceiver implements AsyncDisposable {
  bytes = 0;
  readonly #server: Server;

  private constructor() {
    this.#server = createServer((request, response) => {
      request.on("data", (chunk: Buffer) => {
        this.bytes += chunk.length;
      });
      request.on("end", () =>
        response.writeHead(200, { "content-type": "application/x-protobuf" }).end(),
      );
    });
  }

  static async start(): Promise<DiscardingReceiver> {
    const receiver = new DiscardingReceiver();
    receiver.#server.listen(0, "127.0.0.1");
    await once(receiver.#server, "listening");
    return receiver;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, "close");
  }
}
