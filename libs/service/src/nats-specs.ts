import { readFileSync } from "node:fs";
import { makeValidator, type RequiredValidatorSpec } from "envalid";
import { text } from "./config.ts";
import { StartupError } from "./run-service.ts";

const optional = (desc: string) => text({ default: "", pattern: /^/, desc });

/** Where NATS is and who this process is to it. A secret is set itself or read from a file. */
export const NATS_SPECS = {
  MEERKAT_NATS_URL: serverUrls({
    default: "nats://127.0.0.1:4222",
    desc: "NATS servers, separated by commas",
  }),
  MEERKAT_NATS_USER: optional("User of this process at NATS; empty for none"),
  MEERKAT_NATS_PASSWORD: optional("Its password"),
  MEERKAT_NATS_PASSWORD_FILE: optional("… or the file that holds it"),
  MEERKAT_NATS_TOKEN: optional("Token of this process at NATS, instead of a user"),
  MEERKAT_NATS_TOKEN_FILE: optional("… or the file that holds it"),
  MEERKAT_NATS_CREDENTIALS_FILE: optional(
    "File of a user's JWT and key (.creds), instead of a user",
  ),
  MEERKAT_NATS_TLS_CA: optional("File of the authorities (PEM) that vouch for NATS; turns TLS on"),
  MEERKAT_NATS_TLS_CERT: optional("File of this process's certificate (PEM); turns TLS on"),
  MEERKAT_NATS_TLS_KEY: optional("File of the certificate's private key (PEM)"),
  MEERKAT_NATS_INBOX_PREFIX: text({
    default: "_INBOX",
    pattern: /^[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*$/,
    expected: "a subject of plain tokens",
    desc: "First tokens of the subjects on which NATS answers this process",
  }),
};

type NatsConfig = { readonly [Name in keyof typeof NATS_SPECS]: string };

/** The same as libs/bus takes to connect. */
export interface NatsSettings {
  readonly url: string;
  readonly inboxPrefix: string;
  readonly user?: string;
  readonly password?: string;
  readonly token?: string;
  readonly userCredentials?: Uint8Array;
  readonly tls?: { readonly ca?: string; readonly cert?: string; readonly key?: string };
}

/** @throws StartupError that names the variables; never what they hold. */
export function natsSettings(config: NatsConfig): NatsSettings {
  const user = config.MEERKAT_NATS_USER;
  const password = secret(config, "MEERKAT_NATS_PASSWORD");
  const token = secret(config, "MEERKAT_NATS_TOKEN");
  const credentials = content(config, "MEERKAT_NATS_CREDENTIALS_FILE");
  if ((user === "") !== (password === undefined)) {
    throw new StartupError(
      "MEERKAT_NATS_USER and MEERKAT_NATS_PASSWORD go together: set both or none.",
    );
  }
  const ways = [password, token, credentials].filter((way) => way !== undefined);
  if (ways.length > 1) {
    throw new StartupError(
      "MEERKAT_NATS_USER, MEERKAT_NATS_TOKEN and MEERKAT_NATS_CREDENTIALS_FILE exclude each other: set one.",
    );
  }
  return {
    url: config.MEERKAT_NATS_URL,
    inboxPrefix: config.MEERKAT_NATS_INBOX_PREFIX,
    ...(password === undefined ? {} : { user, password }),
    ...(token === undefined ? {} : { token }),
    ...(credentials === undefined ? {} : { userCredentials: credentials }),
    ...tlsOf(config),
  };
}

function tlsOf(config: NatsConfig): Pick<NatsSettings, "tls"> {
  const ca = content(config, "MEERKAT_NATS_TLS_CA")?.toString();
  const cert = content(config, "MEERKAT_NATS_TLS_CERT")?.toString();
  const key = content(config, "MEERKAT_NATS_TLS_KEY")?.toString();
  if ((cert === undefined) !== (key === undefined)) {
    throw new StartupError(
      "MEERKAT_NATS_TLS_CERT and MEERKAT_NATS_TLS_KEY go together: set both or none.",
    );
  }
  const tls = {
    ...(ca === undefined ? {} : { ca }),
    ...(cert === undefined || key === undefined ? {} : { cert, key }),
  };
  return Object.keys(tls).length === 0 ? {} : { tls };
}

function secret(
  config: NatsConfig,
  name: "MEERKAT_NATS_PASSWORD" | "MEERKAT_NATS_TOKEN",
): string | undefined {
  const fromFile = content(config, `${name}_FILE`)?.toString().trimEnd();
  const value = config[name] === "" ? undefined : config[name];
  if (value !== undefined && fromFile !== undefined) {
    throw new StartupError(`${name} and ${name}_FILE are both set: keep one.`);
  }
  return value ?? fromFile;
}

/** Undefined when the variable names no file. */
function content(config: NatsConfig, name: keyof NatsConfig): Buffer | undefined {
  if (config[name] === "") return undefined;
  try {
    return readFileSync(config[name]);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new StartupError(`${name} names a file that cannot be read: ${why}.`, { cause });
  }
}

/** A password in a URL would end up in logs and messages. */
function serverUrls(options: {
  readonly default: string;
  readonly desc: string;
}): RequiredValidatorSpec<string> {
  return makeValidator<string>((input) => {
    const urls = input.split(",").map((url) => url.trim());
    if (urls.includes(""))
      throw new Error(`"${input}" is not a list like nats://a:4222,nats://b:4222`);
    if (input.includes("@")) {
      throw new Error("holds a user or password; set MEERKAT_NATS_USER and MEERKAT_NATS_PASSWORD");
    }
    return urls.join(",");
  })({ ...options, example: "nats://nats-1:4222,nats://nats-2:4222" });
}
