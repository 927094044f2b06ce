/** One kind of request, made new for each turn of the closed loop. */
export interface BenchRequest {
  readonly method: "GET" | "PUT" | "POST";
  readonly path: string;
  readonly body?: string;
}

export interface Workload {
  readonly name: string;
  readonly describe: string;
  next(connection: number, turn: number): BenchRequest;
}

/** Nodes that the load is spread over; made before the measurement. */
export const NODES = 64;
const DATA = "x".repeat(100);

export const nodePath = (n: number): string => `/bench/n-${n % NODES}`;

const SET_BODY = JSON.stringify({ data: DATA });

const get = (connection: number, turn: number): BenchRequest => ({
  method: "GET",
  path: `/v1/znodes${nodePath(connection + turn)}`,
});

const set = (connection: number, turn: number): BenchRequest => ({
  method: "PUT",
  path: `/v1/znodes${nodePath(connection + turn)}`,
  body: SET_BODY,
});

const transaction = (connection: number, turn: number): BenchRequest => {
  const [a, b] = [nodePath(connection + turn), nodePath(connection + turn + 1)];
  const ops = [
    { op: "check", path: a, version: -1 },
    { op: "check", path: b, version: -1 },
    { op: "set", path: a, data: DATA },
    { op: "set", path: b, data: DATA },
  ];
  return { method: "POST", path: "/v1/transactions", body: JSON.stringify({ ops }) };
};

export const WORKLOADS: readonly Workload[] = [
  { name: "set", describe: "PUT of 100 bytes", next: set },
  { name: "get", describe: "GET of 100 bytes, sequential consistency", next: get },
  {
    name: "get-linearizable",
    describe: "GET of 100 bytes, linearizable",
    next: (connection, turn) => {
      const request = get(connection, turn);
      return { ...request, path: `${request.path}?consistency=linearizable` };
    },
  },
  {
    name: "mixed",
    describe: "90 % GET, 10 % PUT of 100 bytes",
    next: (connection, turn) => (turn % 10 === 0 ? set(connection, turn) : get(connection, turn)),
  },
  {
    name: "transaction",
    describe: "transaction of 2 checks and 2 sets of 100 bytes",
    next: transaction,
  },
];
