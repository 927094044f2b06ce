import type { FastifyInstance } from "fastify";
import { Type } from "typebox";
import { identifyClients } from "../client.ts";
import type { Door } from "../door.ts";
import { makeWatch } from "../handlers/watch.ts";
import { ReadHeaders } from "../schemas/common.ts";
import { WatchQuery } from "../schemas/watch.ts";
import { routeOptions } from "./route-docs.ts";

const EXAMPLE =
  'id: 0x100000002-0\nevent: NodeCreated\ndata: {"type":"NodeCreated","path":"/app",…}\n\n';

const GET = routeOptions(
  {
    operationId: "watch",
    tags: ["watch"],
    summary: "Follow the changes of a znode, or of everything below it",
    description:
      "Server-Sent Events: one event for every change of every znode that is watched, in order, until the client " +
      "ends it. The znode need not exist. Without READ on a znode an event says type and path only. Every event has " +
      "an id; a client that was cut off goes on with it as `Last-Event-ID`, at any gateway, and misses nothing and " +
      "is told nothing twice. 410 says that what is behind it is not kept any more, and `oldestZxid` from where on " +
      "it is.",
    problems: [400, 401, 410, 503],
  },
  {
    querystring: WatchQuery,
    headers: Type.Object({
      ...ReadHeaders,
      "last-event-id": Type.Optional(
        Type.String({
          description: "The id of the last event that the client was told.",
          examples: ["0x100000002-0"],
        }),
      ),
    }),
    response: {
      200: {
        description: "The stream.",
        content: { "text/event-stream": { schema: Type.String(), example: EXAMPLE } },
      },
    },
  },
);

export function watchRoutes(door: Door) {
  return async (server: FastifyInstance): Promise<void> => {
    identifyClients(server, door);
    const { server: sockets } = server;
    // Streams have a limit of their own and take nobody's place.
    const makeRoom = (open: number): void => {
      sockets.maxConnections = door.limits.connectionsMax + open;
    };
    server.get("/v1/watch", { ...GET, exposeHeadRoute: false }, makeWatch(door, makeRoom));
    server.addHook("preClose", (done) => {
      door.watch.close();
      done();
    });
  };
}
