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
 * A certificate's subject in the form in which ZooKeeper compares and stores it: RFC 2253 as Java
 * writes it, the most specific attribute first. Node gives one `KEYWORD=value` per line, the most
 * general first and the values escaped after that RFC; several in one line, with ` + ` between
 * them, stand for a name of several values.
 */
export function x509Name(subject: string): string {
  return subject.split("\n").reverse().map(relativeName).join(",");
}

function relativeName(line: string): string {
  return line.split(" + ").map(attribute).join("+");
}

function attribute(text: string): string {
  const at = text.indexOf("=");
  const keyword = text.slice(0, at);
  const value = unescaped(text.slice(at + 1));
  const numbered = NUMBERS.get(keyword);
  if (numbered !== undefined) return `${numbered.oid}=#${derHex(numbered.tag, value)}`;
  return `${KEYWORDS.has(keyword) ? keyword : keyword.toUpperCase()}=${escaped(value)}`;
}

/** Special characters stand behind a backslash, control characters as two hexadecimal digits. */
function unescaped(value: string): string {
  return value.replace(/\\([0-9A-F]{2}|.)/g, (_, code: string) =>
    code.length === 2 ? String.fromCharCode(Number.parseInt(code, 16)) : code,
  );
}

/** Java escapes more than the RFC asks for: `=` and `#` anywhere, and every space at the ends. */
function escaped(value: string): string {
  const spaces = (text: string) => text.replace(/ /g, "\\ ");
  return value.replace(/[,=+<>#;"\\]/g, "\\$&").replace(/^ +| +$/g, spaces);
}

function derHex(tag: number, value: string): string {
  const bytes = Buffer.from(value, "utf8");
  const length =
    bytes.length <= DER_SHORT_LENGTH_MAX
      ? [bytes.length]
      : [0x82, bytes.length >> 8, bytes.length & 0xff];
  return Buffer.concat([Buffer.from([tag, ...length]), bytes]).toString("hex");
}
