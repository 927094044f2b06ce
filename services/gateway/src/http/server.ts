import Fastify, { type FastifyInstance, type FastifyRequest, LogController } from "fastify";
import type { Coordination } from "../coordination.ts";
import { parseJsonBodies } from "./body-parsers.ts";
import { formatHex } from "./convert/zxid-text.ts";
import type { Door } from "./door.ts";
import { onClientError } from "./errors/client-error.ts";
import { makeErrorHandler, urlTooLong } from "./errors/error-handler.ts";
import { answerUnknownRoutes } from "./errors/not-found.ts";
import { HttpProblem } from "./errors/problem.ts";
import { endTalkingStreams } from "./event-stream.ts";
import { boundMemory } from "./memory-bounds.ts";
import { serveDocs } from "./openapi.ts";
import {
  DEFAULT_LIMITS,
  DEFAULT_SESSION_TIMEOUTS,
  type HttpLimits,
  type HttpServerOptions,
} from "./options.ts";
import { ZXID_HEADER } from "./reply.ts";
import { aclRoutes } from "./routes/acls.ts";
import { clusterRoutes } from "./routes/cluster.ts";
import { healthRoutes } from "./routes/health.ts";
import { metricsRoute } from "./routes/metrics.ts";
import { sessionRoutes } from "./routes/sessions.ts";
import { transactionRoutes } from "./routes/transactions.ts";
import { watchRoutes } from "./routes/watch.ts";
import { welcomeRoute } from "./routes/welcome.ts";
import { znodeRoutes } from "./routes/znodes.ts";
import { traceRequests } from "./trace-requests.ts";
import { validatorCompiler } from "./validation/validator.ts";

/** How often Node looks for requests that take too long. */
const TIMEOUT_CHECK_MS = 1_000;

/**
 * The HTTP API v1 in front of a gateway's coordination. Call `listen` on what it returns, and
 * `close` to end: requests under way are finished first.
 */
export async function createHttpServer(
  coordination: Coordination,
  options: HttpServerOptions,
): Promise<FastifyInstance> {
  const limits = { ...DEFAULT_LIMITS, ...options.limits };
  const server = makeFastify(limits, coordination, options);
  server.server.maxConnections = limits.connectionsMax;
  server.setValidatorCompiler(validatorCompiler);
  server.setErrorHandler(makeErrorHandler(limits));
  parseJsonBodies(server);
  answerUnknownRoutes(server);
  if (options.tracer !== undefined) traceRequests(server, options.tracer, options.host);
  server.addHook("onRequest", (request, _reply, done) => done(outsideOf(limits, request)));
  endTalkingStreams(server, options.watch);
  boundMemory(server, limits);
  options.metrics?.traffic.count(server, (tookMs) => coordination.latencies.readMs.add(tookMs));
  nameZxid(server, coordination);
  await serveDocs(server, options.host);
  const door: Door = {
    coordination,
    watch: options.watch,
    limits,
    sessionTimeouts: { ...DEFAULT_SESSION_TIMEOUTS, ...options.sessionTimeouts },
    host: options.host,
    superDigest: options.superDigest,
  };
  for (const routes of [
    znodeRoutes,
    transactionRoutes,
    sessionRoutes,
    aclRoutes,
    watchRoutes,
    clusterRoutes,
    healthRoutes,
    welcomeRoute,
  ]) {
    await server.register(routes(door));
  }
  if (options.metrics !== undefined) await server.register(metricsRoute(options.metrics.page));
  return server;
}

function makeFastify(
  limits: HttpLimits,
  { tree }: Coordination,
  options: HttpServerOptions,
): FastifyInstance {
  const onError = makeErrorHandler(limits);
  return Fastify({
    ...(options.logger === undefined ? {} : { loggerInstance: options.logger }),
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: limits.bodyBytesMax,
    // While closing, the coordination refuses with a problem that says when to try again.
    return503OnClosing: false,
    requestTimeout: limits.requestTimeoutMs,
    connectionTimeout: limits.idleTimeoutMs,
    keepAliveTimeout: limits.keepAliveTimeoutMs,
    maxRequestsPerSocket: limits.requestsPerConnectionMax,
    routerOptions: { maxParamLength: limits.urlLengthMax },
    http: {
      maxHeaderSize: limits.headerBytesMax,
      headersTimeout: limits.headersTimeoutMs,
      connectionsCheckingInterval: TIMEOUT_CHECK_MS,
    },
    clientErrorHandler: onClientError,
    // Comes before the hooks.
    frameworkErrors: (error, request, reply) => {
      onError(error, request, reply.header(ZXID_HEADER, formatHex(tree.lastZxid)));
    },
  });
}

/** What is refused before anything of a request is looked at closer. */
function outsideOf({ urlLengthMax }: HttpLimits, request: FastifyRequest): Error | undefined {
  if ((request.raw.url ?? "").length > urlLengthMax) return urlTooLong(urlLengthMax);
  const site = request.headers["sec-fetch-site"];
  const isForeign = site === "cross-site" || site === "same-site";
  if (isForeign && request.method !== "GET" && request.method !== "HEAD") return foreignPage();
  return undefined;
}

/** Browsers send simple requests for any page; without this, one visited by chance could write. */
function foreignPage(): HttpProblem {
  return new HttpProblem(
    403,
    "NoAuth",
    "A browser sent this write for a page of another site, which is not allowed.",
    { members: { field: "Sec-Fetch-Site" } },
  );
}

/** Handlers that know better have set it: the txn they did, or the state they read. */
function nameZxid(server: FastifyInstance, coordination: Coordination): void {
  server.addHook("onSend", (_request, reply, _payload, done) => {
    if (!reply.hasHeader(ZXID_HEADER)) {
      reply.header(ZXID_HEADER, formatHex(coordination.tree.lastZxid));
    }
    done();
  });
}
