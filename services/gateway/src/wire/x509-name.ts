/** The attributes that RFC 2253 names by keyword. */
const KEYWORDS: ReadonlySet<string> = new Set([
  ...["CN", "C", "O", "OU", "L", "ST", "STREET", "DC", "UID"],
]);
/** Those that only have a number there; their values are written as DER in hexadecimal. */
const NUMBERS: ReadonlyMap<string, { readonly oid: string; readonly tag: number }> = new Map([
  ["emailAddress", { oid: "1.2.840.113549.1.9.1", tag: 0x16 }],
  ["serialNumber", { oid: "2.5.4.5", tag: 0x13 }],
]);
const DER_SHORT_LENGTH_MAX = 0x7f;

/**
 * A certificate's subject in the form in which ZooKeeper compares and stores it (RFC 2253): the
 * most specific attribute first, separated by commas. Node gives one `KEYWORD=value` per line, the
 * most general first; several in one line stand for a name of several values.
 */
export function x509Name(subject: string): string {
  return subject.split("\n").reverse().map(relativeName).join(",");
}

function relativeName(line: string): string {
  return line.split(" + ").map(attribute).join("+");
}

function attribute(text: string): string {
  const at = text.indexOf("=");
  const [keyword, value] = [text.slice(0, at), text.slice(at + 1)];
  const numbered = NUMBERS.get(keyword);
  if (numbered !== undefined) return `${numbered.oid}=#${derHex(numbered.tag, value)}`;
  return `${KEYWORDS.has(keyword) ? keyword : keyword.toUpperCase()}=${escapeValue(value)}`;
}

function escapeValue(value: string): string {
  const escaped = value.replace(/[,+"\\<>;]/g, "\\$&").replace(/^[ #]/, "\\$&");
  return escaped.replace(/ $/, "\\ ");
}

function derHex(tag: number, value: string): string {
  const bytes = Buffer.from(value, "utf8");
  const length =
    bytes.length <= DER_SHORT_LENGTH_MAX
      ? [bytes.length]
      : [0x82, bytes.length >> 8, bytes.length & 0xff];
  return Buffer.concat([Buffer.from([tag, ...length]), bytes]).toString("hex");
}
