import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { gunzipSync } from "node:zlib";
import { decodeExport } from "./decode-export.ts";
import type { ReceivedSpan } from "./received-span.ts";

const CONTENT_TYPE = "application/x-protobuf";

/** What keeps every span that is exported to it: OTLP over HTTP with protobuf, traces only. */
export class OtlpReceiver implements AsyncDisposable {
  readonly spans: ReceivedSpan[] = [];
  /** Bodies as they came. */
  readonly exports: Uint8Array[] = [];
  /** What came and was no export of traces. */
  readonly complaints: string[] = [];
  readonly #server: Server;
  readonly #onSpans: (spans: readonly ReceivedSpan[]) => void;

  private constructor(onSpans: (spans: readonly ReceivedSpan[]) => void) {
    this.#onSpans = onSpans;
    this.#server = createServer((request, response) => void this.#answer(request, response));
  }

  /** Listens on 127.0.0.1; port 0 takes a free one. @throws Error with the system's code, such as EADDRINUSE. */
  static async start(
    port = 0,
    onSpans: (spans: readonly ReceivedSpan[]) => void = () => undefined,
  ): Promise<OtlpReceiver> {
    const receiver = new OtlpReceiver(onSpans);
    receiver.#server.listen(port, "127.0.0.1");
    await once(receiver.#server, "listening");
    return receiver;
  }

  /** For OTEL_EXPORTER_OTLP_ENDPOINT. */
  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  traceOf(traceId: string): readonly ReceivedSpan[] {
    return this.spans.filter((span) => span.traceId === traceId);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, "close");
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const body = Buffer.concat(chunks);
    const complaint = this.#take(request, body);
    if (complaint === undefined) {
      response.writeHead(200, { "content-type": CONTENT_TYPE }).end();
      return;
    }
    this.complaints.push(complaint);
    response.writeHead(400, { "content-type": "text/plain" }).end(complaint);
  }

  #take({ method, url, headers }: IncomingMessage, body: Buffer): string | undefined {
    if (method !== "POST" || url !== "/v1/traces") return `${method} ${url} is not served here`;
    if (headers["content-type"] !== CONTENT_TYPE) return `content-type ${headers["content-type"]}`;
    try {
      const bytes = headers["content-encoding"] === "gzip" ? gunzipSync(body) : body;
      const spans = decodeExport(bytes);
      this.exports.push(bytes);
      this.spans.push(...spans);
      this.#onSpans(spans);
      return undefined;
    } catch (error) {
      return error instanceof Error ? error.message : String(error);
    }
  }
}
