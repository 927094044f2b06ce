import type { FastifyReply, FastifyRequest } from "fastify";
import { znodePathOfUrl } from "../convert/znode-path.ts";
import type { Door } from "../door.ts";
import { expectedVersion } from "../preconditions.ts";
import { sendRefusal, setZxid } from "../reply.ts";
import type { DeleteZnodeQuery } from "../schemas/znode.ts";
import { submit } from "../submit.ts";

export function makeDeleteZnode(door: Door) {
  return async (
    request: FastifyRequest<{ Querystring: DeleteZnodeQuery }>,
    reply: FastifyReply,
  ): Promise<FastifyReply> => {
    const { headers, query } = request;
    const path = znodePathOfUrl(request.raw.url ?? "");
    const expected = expectedVersion(headers["if-match"], query.version);
    const version = typeof expected === "number" ? expected : -1;
    const { client } = request;
    const result = await submit(door, request, client, {
      type: "delete",
      path,
      version,
      ...(query.recursive === true ? { recursive: true } : {}),
    });
    if (result.type === "error") {
      return sendRefusal(request, reply, result, { deed: "delete" });
    }
    return setZxid(reply, result.zxid).code(204).send();
  };
}
