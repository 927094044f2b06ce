import type { StreamMessage } from "@meerkat/bus";
import {
  type DisclosurePolicy,
  encodeEvent,
  encodeGap,
  formatEventId,
  type Gap,
  idOfGap,
  RESTRICTED_HEADER,
  type WatchSubjects,
} from "@meerkat/watch-events";
import type { PublishTraces } from "../tracing/publish-traces.ts";
import type { PublishedChange } from "./published-change.ts";

export interface EventMessagesOptions {
  readonly subjects: WatchSubjects;
  readonly policy: DisclosurePolicy;
  /** Data above this are left out; -1 leaves out all. */
  readonly dataBytesMax: number;
  /** Of a whole message, with its headers. */
  readonly messageBytesMax: () => number;
  /** Where traces are exported. */
  readonly traces?: PublishTraces | undefined;
}

/** Room for the headers of a message. */
const HEADER_BYTES = 1024;

/** Whatever the client sent: a header must not become two. */
const TRACEPARENT = /^[0-9a-z-]{1,128}$/i;

/** Changes as the messages that subscribers get. */
export class EventMessages {
  readonly #options: EventMessagesOptions;

  constructor(options: EventMessagesOptions) {
    this.#options = options;
  }

  /** Undefined for a change that nobody is to hear of. */
  messageOf({ event, readable }: PublishedChange): StreamMessage | undefined {
    const { subjects, policy, traces } = this.#options;
    const disclosure = policy.disclosureOf(event.path);
    if (disclosure === "none") return undefined;
    const content = disclosure === "all" || (disclosure === "readable" && readable);
    const subject = subjects.subjectOf(event.path);
    const traceparent = traces?.traceparentOf(event, subject) ?? event.traceparent;
    const payload = this.#payloadOf({ event, readable: content });
    const id = formatEventId(event);
    const isTraced = traceparent !== undefined && TRACEPARENT.test(traceparent);
    const isRestricted = content && !readable;
    if (!isTraced && !isRestricted) return { subject, payload, id };
    const headers = {
      ...(isTraced && { traceparent }),
      ...(isRestricted && { [RESTRICTED_HEADER]: "acl" }),
    };
    return { subject, payload, id, headers };
  }

  messageOfGap(gap: Gap): StreamMessage {
    const { subjects } = this.#options;
    return { subject: subjects.gap, payload: encodeGap(gap), id: formatEventId(idOfGap(gap)) };
  }

  /** Escapes make JSON up to six times as long as the data. */
  #payloadOf({ event, readable }: PublishedChange): string {
    const { dataBytesMax, messageBytesMax } = this.#options;
    const payload = encodeEvent(event, { content: readable, dataBytesMax });
    const limit = messageBytesMax() - HEADER_BYTES;
    if (payload.length * 3 <= limit || Buffer.byteLength(payload) <= limit) return payload;
    return encodeEvent(event, { content: readable, dataBytesMax: -1 });
  }
}
