import {
  counter,
  Histogram,
  histogram,
  type Metric,
  MILLISECONDS,
} from "@meerkat/telemetry/metrics";
import type { FastifyInstance, FastifyReply, RouteOptions } from "fastify";

/** What one route answered. */
interface RouteTraffic {
  readonly method: string;
  readonly route: string;
  readonly durationMs: Histogram;
  readonly answers: Map<number, number>;
}

/** An answer of this one goes on for as long as its client listens. */
const STREAM = "/v1/watch";
const API = "/v1/";

/** What was asked over HTTP, per route: each counts for itself, so that nothing is looked up. */
export class HttpTraffic {
  readonly routes: RouteTraffic[] = [];

  /** To be called before the routes are made. `onRead` hears how long each read of the API took. */
  count(server: FastifyInstance, onRead: (tookMs: number) => void): void {
    server.addHook("onRoute", (route) => this.#countRoute(route, onRead));
  }

  #countRoute(options: RouteOptions, onRead: (tookMs: number) => void): void {
    const { url } = options;
    if (url.startsWith(STREAM)) return;
    const method = String(options.method);
    const traffic: RouteTraffic = {
      method,
      route: url,
      durationMs: new Histogram(MILLISECONDS),
      answers: new Map(),
    };
    this.routes.push(traffic);
    const isRead = url.startsWith(API) && (method === "GET" || method === "HEAD");
    const onResponse = (_request: unknown, reply: FastifyReply, done: () => void): void => {
      const { durationMs, answers } = traffic;
      durationMs.add(reply.elapsedTime);
      answers.set(reply.statusCode, (answers.get(reply.statusCode) ?? 0) + 1);
      if (isRead) onRead(reply.elapsedTime);
      done();
    };
    options.onResponse = [options.onResponse ?? [], onResponse].flat();
  }
}

/** Only of routes that were asked for: most have many that nobody uses. */
function used({ routes }: HttpTraffic): readonly RouteTraffic[] {
  return routes.filter(({ answers }) => answers.size > 0);
}

export const HTTP_METRICS: readonly Metric<HttpTraffic>[] = [
  counter(
    "meerkat_http_requests_total",
    "Answers over HTTP, by route and status",
    (traffic) =>
      used(traffic).flatMap(({ method, route, answers }) =>
        [...answers].map(([status, value]) => ({
          labels: { method, route, status: String(status) },
          value,
        })),
      ),
    ["method", "route", "status"],
  ),
  histogram(
    "meerkat_http_request_duration_ms",
    "From the arrival of an HTTP request to the end of its answer, in ms",
    (traffic) =>
      used(traffic).map(({ method, route, durationMs }) => ({
        labels: { method, route },
        histogram: durationMs,
      })),
    ["method", "route"],
  ),
];
