import type { Bus, Subjects } from "@meerkat/bus";
import { decodeToLeader, encodeToGateway, type ToGateway, ZabTransport } from "@meerkat/transport";
import type { ServerId } from "@meerkat/zab";
import { LoneLeader } from "./lone-leader.ts";
import { RequestTaker } from "./request-taker.ts";

/** A lone leader at a bus: what a gateway finds at the other end of its subjects. */
export class BusLeader {
  readonly leader = new LoneLeader();
  readonly #bus: Bus;
  readonly #subjects: Subjects;
  readonly #transport: ZabTransport;
  readonly #taker = new RequestTaker(this.leader.epoch);
  readonly #barriers = new Map<number, { readonly gateway: number; readonly id: number }>();
  #nextBarrier = 1;

  constructor(bus: Bus, subjects: Subjects) {
    this.#bus = bus;
    this.#subjects = subjects;
    this.#transport = new ZabTransport({ bus, subjects, self: 1 as ServerId, observer: false });
    this.#transport.onEnvelope((envelope) => {
      this.leader.take(envelope);
      this.#say();
    });
    this.leader.onBarrier = (id, zxid) => {
      const asked = this.#barriers.get(id);
      if (asked === undefined) return;
      const { epoch } = this.leader;
      this.#tell(asked.gateway, { type: "barrier", epoch, id: asked.id, zxid });
    };
    bus.subscribe(subjects.request(this.leader.epoch), (bytes) => this.#receive(bytes));
  }

  tick(): void {
    this.leader.tick();
    this.#say();
  }

  #receive(bytes: Uint8Array): void {
    const message = decodeToLeader(bytes);
    switch (message.type) {
      case "tick":
        for (const answer of this.#taker.onTick(message)) this.#tell(message.gateway, answer);
        break;
      case "requests": {
        const { requests, answers } = this.#taker.onBatch(message);
        for (const answer of answers) this.#tell(message.gateway, answer);
        if (requests.length > 0) this.leader.propose(requests);
        break;
      }
      case "barrier": {
        const id = this.#nextBarrier++;
        this.#barriers.set(id, { gateway: message.gateway, id: message.id });
        this.leader.barrier(id);
        break;
      }
    }
    this.#say();
  }

  #say(): void {
    for (const envelope of this.leader.sent.splice(0)) this.#transport.send(envelope);
  }

  #tell(gateway: number, answer: ToGateway): void {
    this.#bus.publish(this.#subjects.gateway(gateway), encodeToGateway(answer));
  }
}
