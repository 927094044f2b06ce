import { type Acl, OPEN_ACL_UNSAFE, type ZnodeData } from "@meerkat/tree";
import { aclOfBody } from "../convert/acl-body.ts";
import { dataOfBytes, dataOfFields } from "../convert/znode-data.ts";
import { tooLarge } from "../errors/problem.ts";
import type { HttpLimits } from "../options.ts";
import type { ZnodeBody } from "../schemas/znode.ts";

/** JSON that passed its schema, the bytes of any other type, or no body at all. */
export type ZnodeRequestBody = ZnodeBody | Buffer | undefined;

interface ZnodeContent {
  /** Undefined when the request says nothing about data. */
  readonly data: ZnodeData | undefined;
  readonly acl: readonly Acl[];
}

/** @throws HttpProblem 400, 413 */
export function contentOfBody(limits: HttpLimits, body: ZnodeRequestBody): ZnodeContent {
  if (body === undefined) return { data: undefined, acl: OPEN_ACL_UNSAFE };
  const isRaw = Buffer.isBuffer(body);
  const data = isRaw ? dataOfBytes(body) : dataOfFields(body, "");
  checkDataSize(limits, data, "The data");
  return { data, acl: isRaw ? OPEN_ACL_UNSAFE : aclOfBody(body.acl) };
}

/** @throws HttpProblem 413 */
export function checkDataSize(
  { dataBytesMax }: HttpLimits,
  data: ZnodeData | undefined,
  what: string,
): void {
  const bytes = data?.length ?? 0;
  if (bytes > dataBytesMax)
    throw tooLarge(`${what} has ${bytes} bytes`, "dataBytesMax", dataBytesMax);
}
