import { once } from "node:events";
import { createServer, type Server, type Socket } from "node:net";
import { JuteReader } from "@meerkat/jute";
import type { Acl, EventType, Id, SessionId } from "@meerkat/tree";
import type { Coordination, TreeListener } from "../coordination.ts";
import { Admissions } from "./admissions.ts";
import { Connection } from "./connection.ts";
import { Counters } from "./counters.ts";
import { Greeting } from "./greeting.ts";
import type { WireOptions } from "./options.ts";
import { Outboxes } from "./outbox.ts";
import { Room } from "./room.ts";
import type { WireServices } from "./services.ts";
import { SessionRegistry } from "./session-registry.ts";
import { createTlsServer } from "./tls.ts";
import { WatchDesk } from "./watch-desk.ts";
import { ipCredential } from "./wire-credentials.ts";
import { WireTraces } from "./wire-traces.ts";
import type { Facts } from "./words/facts.ts";
import { FourLetterWords } from "./words/four-letter-words.ts";

const TICK_MS = 100;

/** ZooKeeper's client protocol in front of a gateway's coordination, on a plain port and one with TLS. */
export class WireDoor implements TreeListener {
  readonly #options: WireOptions;
  readonly #services: WireServices;
  readonly #connections = new Set<Connection>();
  readonly #admissions: Admissions;
  readonly #servers: Server[] = [];
  readonly #startedAtMs: number;
  #ports = { plain: -1, secure: -1 };
  #timer: NodeJS.Timeout | undefined = undefined;

  constructor(coordination: Coordination, options: WireOptions) {
    const { limits, sessionTimeouts, superDigest, log, tracer, serverId } = options;
    const { nowMs = () => performance.now() } = options;
    this.#options = options;
    this.#startedAtMs = nowMs();
    this.#admissions = new Admissions(limits);
    this.#services = {
      coordination,
      reader: new JuteReader(),
      limits,
      sessionTimeouts,
      superDigest,
      desk: new WatchDesk(() => coordination.tree, limits.watchBytesMax),
      outboxes: new Outboxes(),
      room: new Room(limits.writesMax, limits.writesBytesMax),
      sessions: new SessionRegistry(),
      counters: new Counters(coordination.latencies.readMs),
      words: new FourLetterWords(options.words, () => this.facts),
      log,
      traces: tracer && new WireTraces(tracer, serverId),
      nowMs,
    };
    coordination.listen(this);
  }

  /** Opens the ports. @throws Error with the system's code, such as EADDRINUSE. */
  async listen(): Promise<{ readonly plain: number; readonly secure: number }> {
    const { host, port, tls, limits } = this.#options;
    const server = createServer({ noDelay: true }, (socket) => {
      if (this.#admit(socket)) this.#serve(socket, []);
    });
    const plain = await this.#open(server, host, port);
    let secure = -1;
    if (tls !== undefined) {
      const secureServer = createTlsServer(tls, limits.handshakeTimeoutMs, {
        onSocket: (socket) => void this.#admit(socket),
        onConnection: (socket, ids) => this.#serve(socket, ids),
      });
      secure = await this.#open(secureServer, host, tls.port);
    }
    this.#ports = { plain, secure };
    return this.#ports;
  }

  /** What the four-letter words and /metrics tell of. */
  get facts(): Facts {
    const { coordination, desk, counters, limits, sessionTimeouts, nowMs } = this.#services;
    const { serverId, voters, version, tickTimeMs } = this.#options;
    return {
      ...{ coordination, desk, counters, limits, sessionTimeouts, nowMs },
      ...{ serverId, voters, version, tickTimeMs },
      ports: this.#ports,
      startedAtMs: this.#startedAtMs,
      connections: () => this.#connections,
    };
  }

  /**
   * No new connections and no new requests; what is under way is answered. Clients find another
   * gateway and take their sessions along.
   */
  async close(): Promise<void> {
    const closed = this.#servers.map((server) => {
      server.close();
      return once(server, "close");
    });
    for (const connection of this.#connections) connection.finish();
    await Promise.all(closed);
    clearInterval(this.#timer);
  }

  onEvent(type: EventType, path: string, zxid: number, acl: readonly Acl[]): void {
    this.#services.desk.onEvent(type, path, zxid, acl);
  }

  onSessionClosed(session: SessionId): void {
    this.#services.sessions.find(session)?.onSessionLost("closed");
  }

  onSessionAttached(session: SessionId, owner: number): void {
    if (owner === this.#services.coordination.incarnation) return;
    this.#services.sessions.find(session)?.onSessionLost("moved");
  }

  /** Events were missed: clients come again and catch up, as they do after any loss of a server. */
  onTreeLost(): void {
    if (this.#connections.size === 0) return;
    this.#services.log.warn(
      { connections: this.#connections.size },
      "Closing all connections: this gateway's tree was replaced, and events were missed",
    );
    for (const connection of [...this.#connections]) connection.drop();
  }

  async #open(server: Server, host: string, port: number): Promise<number> {
    server.listen({ host, port, backlog: this.#options.backlog });
    await once(server, "listening");
    // Nobody is harmed but who wanted to connect.
    server.on("error", (error) => this.#services.log.warn({ err: error }, "A port had an error"));
    this.#servers.push(server);
    const address = server.address();
    return typeof address === "object" && address !== null ? address.port : port;
  }

  /** Counts a connection from its first moment to its last, with TLS also during the handshake. */
  #admit(socket: Socket): boolean {
    const leave = this.#admissions.admit(socket.remoteAddress ?? "");
    if (leave === undefined) {
      this.#services.counters.connectionsRejected += 1;
      socket.destroy();
      return false;
    }
    socket.once("close", leave);
    return true;
  }

  #serve(socket: Socket, proven: readonly Id[]): void {
    const connection = new Connection(socket, this.#services, {
      credentials: [ipCredential(socket.remoteAddress ?? ""), ...proven],
      onClosed: (closed) => {
        this.#connections.delete(closed);
        if (this.#connections.size > 0) return;
        clearInterval(this.#timer);
        this.#timer = undefined;
      },
    });
    connection.stage = new Greeting(connection);
    this.#connections.add(connection);
    this.#timer ??= setInterval(() => this.#tick(), TICK_MS);
  }

  #tick(): void {
    const { coordination, sessions, nowMs } = this.#services;
    if (sessions.size > 0) coordination.renewLease();
    const now = nowMs();
    for (const connection of this.#connections) connection.tick(now);
  }
}
