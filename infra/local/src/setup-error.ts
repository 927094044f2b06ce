/** Something on this machine is in the way of starting; the message says what and what to do. */
export class SetupError extends Error {
  override readonly name = "SetupError";
}
