import type { FastifyReply, FastifyRequest } from "fastify";
import type { Door } from "../door.ts";
import { HttpProblem } from "../errors/problem.ts";

/** The process runs and answers; nothing more. */
export async function getLive(): Promise<{ status: string }> {
  return { status: "live" };
}

/** 200 only while reads and writes are served here. */
export function makeGetReady({ coordination }: Door) {
  return async (_request: FastifyRequest, _reply: FastifyReply): Promise<{ status: string }> => {
    const readiness = coordination.readiness();
    if (readiness.ready) return { status: "ready" };
    throw new HttpProblem(503, "ConnectionLoss", readiness.reason, {
      headers: { "retry-after": "1" },
    });
  };
}
