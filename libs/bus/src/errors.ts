/** No NATS server took the connection: wrong address, nothing running there, or it refused us. */
export class BusUnavailable extends Error {
  override readonly name = "BusUnavailable";
}

/** The server's `max_payload` is smaller than what this process must be able to send. */
export class MaxPayloadTooSmall extends Error {
  override readonly name = "MaxPayloadTooSmall";
}

/** One message is larger than the server takes. The sender forgot a bound; nothing was sent. */
export class PayloadTooLarge extends Error {
  override readonly name = "PayloadTooLarge";
  readonly subject: string;
  readonly sizeBytes: number;
  readonly maxPayloadBytes: number;

  constructor(subject: string, sizeBytes: number, maxPayloadBytes: number) {
    super(
      `A message of ${sizeBytes} bytes to ${subject} exceeds max_payload of the NATS server, ` +
        `${maxPayloadBytes} bytes; it was not sent.`,
    );
    this.subject = subject;
    this.sizeBytes = sizeBytes;
    this.maxPayloadBytes = maxPayloadBytes;
  }
}

/** A subject or one of its tokens has characters that NATS would read as something else. */
export class InvalidSubject extends Error {
  override readonly name = "InvalidSubject";
}

/** The bus was closed by its owner. */
export class BusClosed extends Error {
  override readonly name = "BusClosed";
}
