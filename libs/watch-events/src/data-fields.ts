import type { ZnodeData } from "@meerkat/tree";

/** As in the HTTP API: text where the bytes are UTF-8, base64 where they are not, null for null. */
export type DataFields = { readonly data: string | null } | { readonly dataBase64: string };

const NOT_ASCII = /[^\0-\x7f]/;
const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

export function dataFieldsOf(data: ZnodeData): DataFields {
  if (data === null || !NOT_ASCII.test(data)) return { data };
  const bytes = Buffer.from(data, "latin1");
  try {
    return { data: decoder.decode(bytes) };
  } catch {
    // The decoder's way of saying that this is no UTF-8.
    return { dataBase64: bytes.toString("base64") };
  }
}
