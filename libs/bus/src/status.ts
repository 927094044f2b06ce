/**
 * What happened to the connection, with a sentence for people. "disconnected" and "reconnected"
 * alternate; messages of the time between are lost in both directions. "error" leaves the
 * connection as it is.
 */
export interface BusStatus {
  readonly type: "connected" | "disconnected" | "reconnected" | "leaving" | "error";
  readonly message: string;
}
