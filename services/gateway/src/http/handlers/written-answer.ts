import type { OperationResult, TxnResult } from "@meerkat/tree";
import type { FastifyReply, FastifyRequest } from "fastify";
import { statBody } from "../convert/stat-body.ts";
import { urlOfZnode } from "../convert/znode-path.ts";
import type { Deed } from "../errors/refusal-sentences.ts";
import { etagOf } from "../preconditions.ts";
import { sendRefusal, setZxid } from "../reply.ts";

/** 201 with Location where a znode was made, 200 where one was changed or left as it was. */
export function sendWritten(
  request: FastifyRequest,
  reply: FastifyReply,
  result: TxnResult,
  deed: Deed,
): FastifyReply {
  if (result.type === "error") {
    // A PUT with create=true is one transaction of two possible deeds.
    const refused = result.branch === "else" ? "create" : deed;
    return sendRefusal(request, reply, result, { deed: refused });
  }
  const written = writtenBy(result);
  const { path, stat } = written;
  setZxid(reply, result.zxid);
  if (written.type !== "setAcl") reply.header("etag", etagOf(stat.version));
  if (written.type === "create") {
    reply.header("location", urlOfZnode(path)).code(written.created ? 201 : 200);
  }
  const answer = { path, stat: statBody(stat) };
  return reply.send(answer);
}

type Written = Extract<OperationResult, { type: "create" | "setData" | "setAcl" }>;

function writtenBy(result: TxnResult): Written {
  const written = result.type === "ok" ? result.results.at(-1) : undefined;
  switch (written?.type) {
    case "create":
    case "setData":
    case "setAcl":
      return written;
    default:
      throw new TypeError(`a write was answered with ${written?.type ?? result.type}`);
  }
}
