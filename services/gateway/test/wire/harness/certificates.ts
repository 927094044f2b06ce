import { generateKeyPairSync, type KeyObject, sign } from "node:crypto";

/** Attributes of a name, the most general first: `[["O", "Example"], ["CN", "app"]]`. */
export type Subject = readonly (readonly [keyword: keyof typeof OIDS, value: string])[];

export interface Certificate {
  /** PEM. */
  readonly certificate: Buffer;
  /** PEM. */
  readonly key: Buffer;
}

/** Makes certificates as an authority does, in memory: X.509 v3, ECDSA on P-256, for some decades. */
export class Authority {
  readonly certificate: Buffer;
  readonly #subject: Subject;
  readonly #key: KeyObject;

  constructor(name: string) {
    const { publicKey, privateKey } = newKeys();
    this.#subject = [["CN", name]];
    this.#key = privateKey;
    this.certificate = this.#issue(this.#subject, publicKey, true);
  }

  issue(subject: Subject): Certificate {
    const { publicKey, privateKey } = newKeys();
    const key = Buffer.from(privateKey.export({ type: "pkcs8", format: "pem" }));
    return { certificate: this.#issue(subject, publicKey, false), key };
  }

  #issue(subject: Subject, publicKey: KeyObject, isAuthority: boolean): Buffer {
    serial += 1;
    const algorithm = sequence(oid(ECDSA_WITH_SHA256));
    const body = sequence(
      der(0xa0, integer(2)),
      integer(serial),
      algorithm,
      nameOf(this.#subject),
      sequence(der(0x17, Buffer.from("200101000000Z")), der(0x17, Buffer.from("491231235959Z"))),
      nameOf(subject),
      publicKey.export({ type: "spki", format: "der" }),
      ...(isAuthority ? [der(0xa3, sequence(BASIC_CONSTRAINTS_OF_AN_AUTHORITY))] : []),
    );
    const signature = sign("sha256", body, this.#key);
    const certificate = sequence(body, algorithm, der(0x03, Buffer.from([0]), signature));
    const base64 = certificate.toString("base64").replace(/.{64}/g, "$&\n");
    return Buffer.from(`-----BEGIN CERTIFICATE-----\n${base64}\n-----END CERTIFICATE-----\n`);
  }
}

const OIDS = {
  CN: [2, 5, 4, 3],
  O: [2, 5, 4, 10],
  OU: [2, 5, 4, 11],
  emailAddress: [1, 2, 840, 113_549, 1, 9, 1],
} as const;
const ECDSA_WITH_SHA256 = [1, 2, 840, 10_045, 4, 3, 2];
const BASIC_CONSTRAINTS = [2, 5, 29, 19];
const UTF8_STRING = 0x0c;
const IA5_STRING = 0x16;

let serial = 0;

const BASIC_CONSTRAINTS_OF_AN_AUTHORITY = sequence(
  oid(BASIC_CONSTRAINTS),
  der(0x01, Buffer.from([0xff])),
  der(0x04, sequence(der(0x01, Buffer.from([0xff])))),
);

function newKeys() {
  return generateKeyPairSync("ec", { namedCurve: "P-256" });
}

function nameOf(subject: Subject): Buffer {
  const attributes = subject.map(([keyword, value]) => {
    const tag = keyword === "emailAddress" ? IA5_STRING : UTF8_STRING;
    return der(0x31, sequence(oid(OIDS[keyword]), der(tag, Buffer.from(value))));
  });
  return sequence(...attributes);
}

function der(tag: number, ...parts: readonly Uint8Array[]): Buffer {
  const content = Buffer.concat(parts);
  const { length } = content;
  const short = length < 0x80 ? [length] : [0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from([tag, ...short]), content]);
}

function sequence(...parts: readonly Uint8Array[]): Buffer {
  return der(0x30, ...parts);
}

/** Below 2^15. */
function integer(value: number): Buffer {
  return der(0x02, value < 0x80 ? Buffer.from([value]) : Buffer.from([value >> 8, value & 0xff]));
}

function oid([first = 0, second = 0, ...rest]: readonly number[]): Buffer {
  const bytes = rest.flatMap((arc) => {
    const digits = [arc & 0x7f];
    for (let left = arc >> 7; left > 0; left >>= 7) digits.unshift(0x80 | (left & 0x7f));
    return digits;
  });
  return der(0x06, Buffer.from([first * 40 + second, ...bytes]));
}
