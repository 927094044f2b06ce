import type { Socket } from "node:net";
import { LIMIT_VARIABLE } from "../options.ts";
import { PROBLEM_TYPE, type Problem } from "./problem.ts";

interface ClientError extends Error {
  readonly code?: string;
  /** What the parser did not like. */
  readonly reason?: string;
}

/**
 * What came over a socket is no HTTP request, or not in time: there is no request to answer, so the
 * answer is written by hand and the connection closed.
 */
export function onClientError(error: ClientError, socket: Socket): void {
  if (error.code === "ECONNRESET" || !socket.writable) {
    socket.destroy();
    return;
  }
  const [status, reason, detail] = describe(error);
  const code = status === 408 ? "RequestTimeout" : "BadArguments";
  const problem: Problem = { title: code, status, code, detail };
  const body = JSON.stringify(problem);
  socket.end(
    `HTTP/1.1 ${status} ${reason}\r\ncontent-type: ${PROBLEM_TYPE}\r\n` +
      `content-length: ${Buffer.byteLength(body)}\r\nconnection: close\r\n\r\n${body}`,
  );
}

function describe({ code, reason }: ClientError): readonly [number, string, string] {
  switch (code) {
    case "ERR_HTTP_REQUEST_TIMEOUT":
      return [
        408,
        "Request Timeout",
        `The request did not arrive in time (limits ${LIMIT_VARIABLE.headersTimeoutMs} and ` +
          `${LIMIT_VARIABLE.requestTimeoutMs}).`,
      ];
    case "HPE_HEADER_OVERFLOW":
      return [
        431,
        "Request Header Fields Too Large",
        `The URL and headers are too long together (limit ${LIMIT_VARIABLE.headerBytesMax}).`,
      ];
    default:
      return [
        400,
        "Bad Request",
        `This is not an HTTP/1.1 request${reason === undefined ? "" : `: ${reason}`}.`,
      ];
  }
}
