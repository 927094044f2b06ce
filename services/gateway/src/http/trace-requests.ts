import { parseTraceparent, type Tracer, traceFields } from "@meerkat/telemetry";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { RequestTrace } from "../tracing/request-trace.ts";
import { formatHex } from "./convert/zxid-text.ts";
import type { HostInfo } from "./options.ts";
import { ZXID_HEADER } from "./reply.ts";

declare module "fastify" {
  interface FastifyRequest {
    /** Where this gateway exports traces, for requests of the API. */
    trace: RequestTrace | undefined;
  }
}

/** An event stream lasts as long as its client wants to listen: that is no request that is slow. */
const UNTRACED = new Set(["/v1/watch"]);

/**
 * A span for each request of the API that is sampled, slow or failed, under the trace context that the client
 * sent. To be called before anything else is done with requests.
 */
export function traceRequests(server: FastifyInstance, tracer: Tracer, host: HostInfo): void {
  server.decorateRequest("trace", undefined);
  server.addHook("onRequest", (request, _reply, done) => {
    const { url = "" } = request.routeOptions;
    if (url.startsWith("/v1/") && !UNTRACED.has(url)) begin(request, tracer);
    done();
  });
  server.addHook("onResponse", (request, reply, done) => {
    const failed = reply.statusCode >= 500;
    request.trace?.end(performance.now(), failed, () => describe(request, reply, host));
    done();
  });
}

function begin(request: FastifyRequest, tracer: Tracer): void {
  const arrivedAtMs = performance.now();
  const parent = parseTraceparent(request.headers.traceparent);
  const isSampled = tracer.samples(parent, arrivedAtMs);
  const trace = new RequestTrace(tracer, { parent, arrivedAtMs, isSampled });
  request.trace = trace;
  if (trace.context !== undefined) request.log = request.log.child(traceFields(trace.context));
}

/** Names as in OpenTelemetry's conventions for HTTP servers. */
function describe(request: FastifyRequest, reply: FastifyReply, host: HostInfo) {
  const { method, raw, ip, routeOptions, headers } = request;
  const { statusCode } = reply;
  const [path, query] = (raw.url ?? "").split("?", 2);
  const session = request.client?.session ?? 0;
  return {
    name: `${method} ${routeOptions.url}`,
    error: statusCode < 500 ? undefined : `answered with status ${statusCode}`,
    attributes: {
      "http.request.method": method,
      "http.route": routeOptions.url,
      "http.response.status_code": statusCode,
      "url.path": path,
      "url.query": query,
      "url.scheme": "http",
      "network.protocol.name": "http",
      "network.protocol.version": raw.httpVersion,
      "client.address": ip,
      "user_agent.original": headers["user-agent"],
      "error.type": statusCode < 500 ? undefined : String(statusCode),
      "meerkat.server.id": host.id,
      "meerkat.session": session === 0 ? undefined : formatHex(session),
      "meerkat.zxid": String(reply.getHeader(ZXID_HEADER) ?? ""),
    },
  };
}
