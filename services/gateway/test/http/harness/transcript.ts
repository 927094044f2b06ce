import type { Command, CommandHandler } from "@meerkat/datadriven";
import type { FastifyInstance, LightMyRequestResponse } from "fastify";
import { Unavailable } from "../../../src/coordination.ts";
import type { HttpLimits } from "../../../src/http/options.ts";
import { OpenapiDescription } from "./openapi-document.ts";
import { startServer, type TestServer } from "./start.ts";

const METHODS = ["GET", "HEAD", "POST", "PUT", "DELETE", "PATCH"] as const;
type Method = (typeof METHODS)[number];

/** Headers that transcripts leave out: the same for every answer, or told by another column. */
const UNTOLD = ["content-length", "date", "connection", "meerkat-zxid", "vary", "cache-control"];
const HEADER_LINE = /^([A-Z][A-Za-z-]+): (.*)$/;

/**
 * Conversations with the API as text. A command is a request line; below it come header lines,
 * then the body. `limits name=value …` starts a new server with these limits, `unavailable` and
 * `available` say what happens to requests. `$1` stands for the token of the first session, `$2` …
 */
export function transcript(): CommandHandler {
  let running: Promise<TestServer> = startServer();
  const tokens: string[] = [];
  return async (command) => {
    const { server, node } = await running;
    if (METHODS.includes(command.name as Method)) {
      const request = requestOf(command, tokens);
      const response = await server.inject(request);
      await holdToItsWord(server, request, response);
      const token = /"token":"([^"]+)"/.exec(response.body)?.[1];
      if (token !== undefined) tokens.push(token);
      return describe(response, tokens);
    }
    switch (command.name) {
      case "limits":
        await server.close();
        running = startServer({ limits: limitsOf(command) });
        break;
      case "unavailable":
        node.failure = new Unavailable(command.args.join(" "), {
          retryAfterMs: Number(command.options.get("retryAfterMs")),
          ambiguous: command.options.get("ambiguous") === "true",
        });
        break;
      case "available":
        node.failure = undefined;
        break;
      case "not-ready":
        node.notReady = command.args.join(" ");
        break;
      default:
        throw new Error(`no such command: ${command.name}`);
    }
    return "";
  };
}

/** What stands outside of the routes: unknown routes, wrong methods, limits of every request. */
const UNDOCUMENTED = [404, 405, 414];

/** Whatever a transcript shows must be as the OpenAPI document says. */
async function holdToItsWord(
  server: FastifyInstance,
  { method, url }: { readonly method: string; readonly url: string },
  { statusCode, headers, body }: LightMyRequestResponse,
): Promise<void> {
  const path = url.split("?", 1)[0] ?? "";
  if (path === "/") return;
  const description = await OpenapiDescription.of(server);
  const documented = description.find(method, path)?.responses[statusCode];
  if (documented === undefined && UNDOCUMENTED.includes(statusCode)) return;
  if (documented === undefined) throw new Error(`${statusCode} is not documented`);
  const type = String(headers["content-type"]).split(";", 1)[0] ?? "";
  const { schema } = documented.content?.[type] ?? {};
  if (method === "HEAD" || !type.includes("json")) return;
  if (schema === undefined) throw new Error(`${type} is not documented for ${statusCode}`);
  if (!description.conforms(schema, JSON.parse(body)))
    throw new Error(`not as documented: ${body}`);
}

function limitsOf({ options }: Command): Partial<HttpLimits> {
  return Object.fromEntries([...options].map(([name, value]) => [name, Number(value)]));
}

function requestOf(command: Command, tokens: readonly string[]) {
  const lines = command.body.map((line) =>
    line.replace(/\$(\d)/g, (_, n) => tokens[Number(n) - 1] ?? `$${n}`),
  );
  const headers: Record<string, string> = {};
  let at = 0;
  for (; at < lines.length; at += 1) {
    const [, name, value] = HEADER_LINE.exec(lines[at] ?? "") ?? [];
    if (name === undefined || value === undefined) break;
    headers[name.toLowerCase()] = value;
  }
  const payload = lines.slice(at).join("\n");
  const type = payload.startsWith("{") ? { "content-type": "application/json" } : {};
  return {
    method: command.name as Method,
    url: command.rest,
    headers: { ...type, ...headers },
    ...(payload === "" ? {} : { payload }),
  };
}

function describe(response: LightMyRequestResponse, tokens: readonly string[]): string {
  const { statusCode, headers } = response;
  const told = Object.entries(headers)
    .filter(([name]) => !UNTOLD.includes(name) && !name.startsWith("meerkat-stat-"))
    .filter(([name, value]) => name !== "content-type" || !String(value).includes("json"))
    .map(([name, value]) => `${name}: ${value}`);
  const isJson = String(headers["content-type"]).includes("json") && response.body !== "";
  const body = isJson ? describeJson(response.json()) : response.body;
  const text = [`${statusCode} ${headers["meerkat-zxid"]}`, ...told, body].join("\n");
  return tokens.reduce((all, token, i) => all.replaceAll(token, `$${i + 1}`), text);
}

/** Stats are shortened to what a reader can follow; the rest of a problem stands as it is. */
function describeJson(body: unknown): string {
  return JSON.stringify(body, (name, value) => (name === "stat" ? describeStat(value) : value));
}

function describeStat(stat: Record<string, number | string>): string {
  const owner = stat.ephemeralOwner === "0x0" ? "" : ` owner=${stat.ephemeralOwner}`;
  const versions = `v${stat.version} c${stat.cversion} a${stat.aversion}`;
  return `${versions} length=${stat.dataLength} children=${stat.numChildren}${owner}`;
}
