import type { JuteWriter } from "@meerkat/jute";
import { encodeRequest, type TxnResult } from "@meerkat/tree";
import type { Caller, Write, WriteCourse } from "../coordination.ts";
import { PendingWrite } from "./pending-write.ts";

/** A write whose door knows it as an operation, and hears of it through a caller. */
export class CalledWrite extends PendingWrite {
  readonly hears: "settled" | "early";
  readonly session: number;
  readonly patienceMs: number | undefined;
  readonly #write: Write;
  readonly #caller: Caller;

  constructor(write: Write, caller: Caller, arrivedAtMs: number) {
    super(arrivedAtMs);
    this.hears = caller.hears;
    this.session = write.session;
    this.patienceMs = write.patienceMs;
    this.#write = write;
    this.#caller = caller;
  }

  protected encode(writer: JuteWriter): void {
    encodeRequest(writer, this.#write);
  }

  protected answered(result: TxnResult, course: WriteCourse): void {
    this.#caller.answered(result, course);
  }

  protected failed(error: Error): void {
    this.#caller.failed(error, this);
  }
}
