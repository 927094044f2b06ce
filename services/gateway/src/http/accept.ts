const RAW = "application/octet-stream";

/**
 * Whether the client wants a znode's data as raw bytes. JSON is the answer unless the header
 * names octet-stream and does not like JSON better.
 */
export function prefersRawBytes(accept: string | undefined): boolean {
  if (accept === undefined || !accept.includes(RAW)) return false;
  if (accept === RAW) return true;
  const raw = qualityOf(accept, RAW) ?? 0;
  return raw > 0 && raw >= (qualityOf(accept, "application/json") ?? 0);
}

/** The q of a media type that the header names; undefined where it does not. */
function qualityOf(accept: string, mediaType: string): number | undefined {
  for (const part of accept.split(",")) {
    const [range = "", ...parameters] = part.split(";").map((text) => text.trim().toLowerCase());
    if (range !== mediaType) continue;
    const q = parameters.find((parameter) => parameter.startsWith("q="));
    const value = q === undefined ? 1 : Number(q.slice(2));
    return Number.isNaN(value) ? 0 : value;
  }
  return undefined;
}
