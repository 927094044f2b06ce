import { isUtf8 } from "node:buffer";
import type { FastifyInstance } from "fastify";
import { badRequest } from "./errors/problem.ts";

/** JSON for every route, strictly: what is not UTF-8 is refused instead of being replaced. */
export function parseJsonBodies(server: FastifyInstance): void {
  const parse = server.getDefaultJsonParser("error", "error");
  server.removeAllContentTypeParsers();
  server.addContentTypeParser<Buffer>(
    "application/json",
    { parseAs: "buffer" },
    (request, bytes, done) => {
      if (bytes.length === 0) {
        // Some clients name a type also where they send nothing; the schema knows who needs a body.
        done(null, undefined);
        return;
      }
      if (!isUtf8(bytes)) {
        done(badRequest("The body is not UTF-8, as JSON must be."));
        return;
      }
      parse(request, bytes.toString("utf8"), (error, body) => {
        if (error === null) done(null, body);
        else done(badRequest(`The body is not valid JSON: ${whyNot(bytes)}.`));
      });
    },
  );
}

/** Any other type, or none: the bytes as they are. Only for routes that take a znode's data. */
export function takeRawBodies(server: FastifyInstance): void {
  server.addContentTypeParser<Buffer>("*", { parseAs: "buffer" }, (_request, bytes, done) => {
    done(null, bytes);
  });
}

/** JSON.parse knows the place; what it does not refuse was refused for a dangerous name. */
function whyNot(bytes: Buffer): string {
  try {
    JSON.parse(bytes.toString("utf8"));
    return "it has a field __proto__ or constructor.prototype";
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
