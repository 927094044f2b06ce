import { Pool } from "undici";

export interface ClusterServer {
  readonly id: number;
  readonly name: string;
  readonly kind: "replica" | "gateway";
  readonly role: string;
  readonly established: boolean;
  readonly epoch: number;
  readonly lastZxid: string;
  readonly appliedZxid: string;
  readonly digest: string;
  readonly ageMs: number;
}

export interface Answer<T = unknown> {
  readonly status: number;
  readonly body: T;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
}

/** An answer that the caller did not expect. */
export class UnexpectedAnswer extends Error {
  override readonly name = "UnexpectedAnswer";
  readonly answer: Answer;

  constructor(what: string, answer: Answer) {
    super(`${what}: ${answer.status} ${JSON.stringify(answer.body)}`);
    this.answer = answer;
  }
}

/** A user's view of one gateway over HTTP. */
export class Client implements AsyncDisposable {
  readonly #pool: Pool;

  constructor(url: string, connections = 64) {
    this.#pool = new Pool(url, { connections, bodyTimeout: 60_000, headersTimeout: 60_000 });
  }

  async request<T>(
    method: "GET" | "POST" | "PUT" | "DELETE",
    path: string,
    options: { readonly json?: unknown; readonly headers?: Record<string, string> } = {},
  ): Promise<Answer<T>> {
    const { json, headers = {} } = options;
    const response = await this.#pool.request({
      method,
      path,
      headers: json === undefined ? headers : { "content-type": "application/json", ...headers },
      body: json === undefined ? null : JSON.stringify(json),
    });
    const text = await response.body.text();
    const body = (text === "" ? undefined : JSON.parse(text)) as T;
    return { status: response.statusCode, body, headers: response.headers };
  }

  async #expect<T>(
    what: string,
    statuses: readonly number[],
    answer: Promise<Answer<T>>,
  ): Promise<T> {
    const received = await answer;
    if (!statuses.includes(received.status)) throw new UnexpectedAnswer(what, received);
    return received.body;
  }

  create(
    path: string,
    data: string,
    query = "",
    headers: Record<string, string> = {},
  ): Promise<{ readonly path: string }> {
    const answer = this.request<{ path: string }>("POST", `/v1/znodes${path}${query}`, {
      json: { data },
      headers,
    });
    return this.#expect(`create ${path}`, [201], answer);
  }

  set(path: string, data: string): Promise<unknown> {
    return this.#expect(
      `set ${path}`,
      [200],
      this.request("PUT", `/v1/znodes${path}`, { json: { data } }),
    );
  }

  get(
    path: string,
    query = "",
  ): Promise<{ readonly data: string; readonly stat: { readonly version: number } }> {
    return this.#expect(`get ${path}`, [200], this.request("GET", `/v1/znodes${path}${query}`));
  }

  async exists(path: string): Promise<boolean> {
    const answer = await this.request("GET", `/v1/znodes${path}`);
    if (answer.status !== 200 && answer.status !== 404)
      throw new UnexpectedAnswer(`exists ${path}`, answer);
    return answer.status === 200;
  }

  /** Names (and data) of all children, page by page. */
  async children(
    path: string,
  ): Promise<readonly { readonly name: string; readonly data: string }[]> {
    const all: { name: string; data: string }[] = [];
    let after: string | undefined;
    do {
      const from = after === undefined ? "" : `&after=${encodeURIComponent(after)}`;
      const page: { children: { name: string; data: string }[]; after?: string } =
        await this.#expect(
          `children of ${path}`,
          [200],
          this.request("GET", `/v1/znodes${path}?children=data&limit=1000${from}`),
        );
      all.push(...page.children);
      after = page.after;
    } while (after !== undefined);
    return all;
  }

  transaction<T>(json: unknown, headers: Record<string, string> = {}): Promise<Answer<T>> {
    return this.request<T>("POST", "/v1/transactions", { json, headers });
  }

  cluster(): Promise<{ readonly servers: readonly ClusterServer[] }> {
    return this.#expect("cluster", [200], this.request("GET", "/v1/cluster"));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#pool.destroy();
  }
}
