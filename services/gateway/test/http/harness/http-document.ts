import type { FastifyInstance, LightMyRequestResponse } from "fastify";

const FENCE = /^```http\n([\s\S]*?)```$/gm;
/** Not of interest to readers, or different in each run. */
const LEFT_OUT = ["content-length", "date", "connection", "vary", "cache-control"];
/** What stands for the token of the document's session. */
const SHOWN_PASSWORD = "AAECAwQFBgcICQoLDA0ODw";

/**
 * The examples of a Markdown document: `http` blocks, in turn a request and its answer. Runs the
 * requests and returns the document with the answers as they are.
 */
export async function runExamples(server: FastifyInstance, text: string): Promise<string> {
  const session = { token: "", id: "" };
  const blocks = [...text.matchAll(FENCE)];
  let result = "";
  let end = 0;
  for (let i = 0; i + 1 < blocks.length; i += 2) {
    const [request, answer] = [blocks[i], blocks[i + 1]];
    if (request === undefined || answer === undefined) break;
    const asked = showing(session, request[1] ?? "");
    const response = await server.inject(parseRequest(asked.real));
    const body = response.headers["content-type"]?.toString().includes("json")
      ? response.json()
      : undefined;
    if (body?.token !== undefined) Object.assign(session, body);
    const shown = render(response, body);
    const hidden =
      session.token === "" ? shown : shown.replaceAll(session.token, shownToken(session));
    result += text.slice(end, request.index);
    result += `\`\`\`http\n${asked.shown}\`\`\`${text.slice(request.index + request[0].length, answer.index)}`;
    result += `\`\`\`http\n${hidden}\n\`\`\``;
    end = answer.index + answer[0].length;
  }
  return result + text.slice(end);
}

function shownToken({ id }: { readonly id: string }): string {
  return `${id}.${SHOWN_PASSWORD}`;
}

/** A request with `$token` and `$id` as it is shown and as it is sent. */
function showing(session: { readonly token: string; readonly id: string }, text: string) {
  const shown = text.replaceAll("$token", shownToken(session)).replaceAll("$id", session.id);
  const real = session.id === "" ? shown : shown.replaceAll(shownToken(session), session.token);
  return { shown, real };
}

function parseRequest(text: string) {
  const [head = "", ...rest] = text.split("\n\n");
  const [line = "", ...headers] = head.trim().split("\n");
  const [method = "", url = ""] = line.split(" ");
  const payload = rest.join("\n\n").trim();
  return {
    method: method as "GET" | "POST" | "PUT" | "DELETE",
    url,
    headers: Object.fromEntries(headers.map(parseHeader)),
    ...(payload === "" ? {} : { payload }),
  };
}

function parseHeader(line: string): [string, string] {
  const colon = line.indexOf(":");
  return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()];
}

function render(response: LightMyRequestResponse, body: unknown): string {
  const lines = [`HTTP/1.1 ${response.statusCode} ${response.statusMessage}`];
  for (const [name, value] of Object.entries(response.headers)) {
    if (!LEFT_OUT.includes(name)) lines.push(`${capitalize(name)}: ${value}`);
  }
  const text = body === undefined ? response.body : renderJson(body);
  return text === "" ? lines.join("\n") : `${lines.join("\n")}\n\n${text}`;
}

function capitalize(name: string): string {
  return name === "etag" ? "ETag" : name.replace(/(^|-)[a-z]/g, (letter) => letter.toUpperCase());
}

/** Indented, but what is flat stands in one line. */
function renderJson(value: unknown, indent = ""): string {
  return isDeep(value) ? expand(value, indent) : JSON.stringify(value);
}

function isDeep(value: unknown): value is object {
  if (value === null || typeof value !== "object") return false;
  return Object.values(value).some((inner) => inner !== null && typeof inner === "object");
}

function expand(value: object, indent: string): string {
  const inner = `${indent}  `;
  const [open, close] = Array.isArray(value) ? ["[", "]"] : ["{", "}"];
  const parts = Object.entries(value).map(([name, part]) => {
    const label = Array.isArray(value) ? "" : `${JSON.stringify(name)}: `;
    return `${inner}${label}${renderJson(part, inner)}`;
  });
  return `${open}\n${parts.join(",\n")}\n${indent}${close}`;
}
