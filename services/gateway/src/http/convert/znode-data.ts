import { isUtf8 } from "node:buffer";
import type { ZnodeData } from "@meerkat/tree";
import { badRequest } from "../errors/problem.ts";
import type { DataFields } from "../schemas/common.ts";

const ASCII = /^[\0-\x7f]*$/;
const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

/** One character per byte, as the tree keeps data. */
export function dataOfBytes(bytes: Buffer): string {
  return bytes.toString("latin1");
}

export function bytesOfData(data: ZnodeData): Buffer {
  return Buffer.from(data ?? "", "latin1");
}

/**
 * What a JSON body says about data; undefined when it says nothing. `field` is where the fields
 * stand, for the message.
 * @throws HttpProblem 400
 */
export function dataOfFields(fields: DataFields, field: string): ZnodeData | undefined {
  const { data, dataBase64 } = fields;
  if (dataBase64 === undefined) {
    return typeof data === "string" ? dataOfText(data, `${field}data`) : data;
  }
  if (data !== undefined) {
    throw badRequest(`Give ${field}data or ${field}dataBase64, not both.`, `${field}data`);
  }
  if (!BASE64.test(dataBase64)) {
    throw badRequest(
      `${field}dataBase64 is not base64: use the standard alphabet (+ and /) with = padding.`,
      `${field}dataBase64`,
    );
  }
  return Buffer.from(dataBase64, "base64").toString("latin1");
}

function dataOfText(text: string, field: string): string {
  // The bytes of ASCII text are its characters.
  if (ASCII.test(text)) return text;
  if (!text.isWellFormed()) {
    throw badRequest(
      `${field} has half of a surrogate pair and so is no text. Send bytes as dataBase64.`,
      field,
    );
  }
  return Buffer.from(text, "utf8").toString("latin1");
}

/** Text where the bytes are UTF-8, base64 where they are not. */
export function fieldsOfData(data: ZnodeData): DataFields {
  if (data === null || ASCII.test(data)) return { data };
  const bytes = Buffer.from(data, "latin1");
  return isUtf8(bytes)
    ? { data: bytes.toString("utf8") }
    : { dataBase64: bytes.toString("base64") };
}
