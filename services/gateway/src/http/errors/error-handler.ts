import type { FastifyError, FastifyReply, FastifyRequest } from "fastify";
import { RequestTooLarge, Unavailable } from "../../coordination.ts";
import { type HttpLimits, LIMIT_VARIABLE } from "../options.ts";
import { sendProblem } from "../reply.ts";
import { badRequest, HttpProblem, tooLarge } from "./problem.ts";

/** Everything that was thrown on the way of a request ends here, as a problem. */
export function makeErrorHandler(limits: HttpLimits) {
  return (error: Error, request: FastifyRequest, reply: FastifyReply): void => {
    const problem = problemOf(error, limits, request);
    // Refusals were meant; only what nobody foresaw is a fault of this gateway.
    if (problem.problem.status === 500) {
      request.log.error({ err: error, method: request.method, url: request.url }, error.message);
    }
    sendProblem(reply, problem);
  };
}

function problemOf(error: Error, limits: HttpLimits, request: FastifyRequest): HttpProblem {
  if (error instanceof HttpProblem) return error;
  if (error instanceof Unavailable) return unavailable(error, request);
  if (error instanceof RequestTooLarge) {
    return new HttpProblem(413, "BadArguments", error.message, {
      members: { field: "MEERKAT_REQUEST_BYTES_MAX" },
    });
  }
  const { code, statusCode = 500 } = error as Partial<FastifyError>;
  const known = code === undefined ? undefined : FRAMEWORK_PROBLEMS[code];
  if (known !== undefined) return known(limits, request);
  if (statusCode < 500) return badRequest(sentence(error.message));
  return new HttpProblem(
    500,
    "SystemError",
    "The gateway failed on this request. Its log says why; a write may or may not be applied.",
  );
}

/** 503 with the time after which it is worth to try again. */
function unavailable(
  { message, retryAfterMs, ambiguous }: Unavailable,
  { headers }: FastifyRequest,
): HttpProblem {
  const hasKey = headers["idempotency-key"] !== undefined;
  const advice = hasKey
    ? "Repeat it with the same Idempotency-Key: it is not applied twice."
    : "Look whether it was before you repeat it; with an Idempotency-Key repeating is safe.";
  const outcome = ambiguous
    ? `The write was sent and may still be applied. ${advice}`
    : "Nothing was done: try again.";
  return new HttpProblem(503, "ConnectionLoss", `${sentence(message)} ${outcome}`, {
    headers: { "retry-after": String(Math.max(1, Math.ceil(retryAfterMs / 1000))) },
    members: { ambiguous },
  });
}

type FrameworkProblem = (limits: HttpLimits, request: FastifyRequest) => HttpProblem;

/** What Fastify finds by itself, in our words. */
const FRAMEWORK_PROBLEMS: Readonly<Record<string, FrameworkProblem>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: ({ bodyBytesMax }) =>
    tooLarge("The body has more bytes", "bodyBytesMax", bodyBytesMax),
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: () =>
    badRequest("The body is not as long as Content-Length says.", "Content-Length"),
  FST_ERR_CTP_INVALID_MEDIA_TYPE: (_, request) =>
    new HttpProblem(
      415,
      "BadArguments",
      `This route takes application/json, not ${request.headers["content-type"]}.`,
      { members: { field: "Content-Type" } },
    ),
  FST_ERR_BAD_URL: () => badRequest("The URL is not percent-encoded UTF-8.", "path"),
  FST_ERR_MAX_PARAM_LENGTH: ({ urlLengthMax }) => urlTooLong(urlLengthMax),
};

export function urlTooLong(urlLengthMax: number): HttpProblem {
  const field = LIMIT_VARIABLE.urlLengthMax;
  const detail = `The URL is longer than ${urlLengthMax} characters (limit ${field}).`;
  return new HttpProblem(414, "BadArguments", detail, { members: { field } });
}

function sentence(message: string): string {
  return /[.!?]$/.test(message) ? message : `${message}.`;
}
