import type { WriteCourse } from "../coordination.ts";
import type { PendingWrite } from "./pending-write.ts";

/** The course of whichever write is being answered: one object for all of them. */
export class AnswerCourse implements WriteCourse {
  appliedFromMs = 0;
  #write: PendingWrite | undefined = undefined;

  of(write: PendingWrite): this {
    this.#write = write;
    return this;
  }

  get queuedAtMs(): number {
    return this.#write?.queuedAtMs ?? 0;
  }

  get startedAtMs(): number | undefined {
    return this.#write?.startedAtMs;
  }

  get sentAtMs(): number | undefined {
    return this.#write?.sentAtMs;
  }

  get batchCount(): number {
    return this.#write?.batchCount ?? 0;
  }
}
