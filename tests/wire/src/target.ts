/** Servers of one ensemble that speak ZooKeeper's protocol; scripts call them 1, 2, … */
export interface Target {
  readonly host: string;
  readonly ports: readonly number[];
}

/** Reads `host:port,port,…`. @throws SyntaxError */
export function parseTarget(text: string): Target {
  const [, host, ports] = /^([^:]+):(\d+(?:,\d+)*)$/.exec(text) ?? [];
  if (host === undefined || ports === undefined) {
    throw new SyntaxError(`a target is host:port,port, not ${text}`);
  }
  return { host, ports: ports.split(",").map(Number) };
}

/** @throws RangeError */
export function portOf({ ports }: Target, server: number): number {
  const port = ports[server - 1];
  if (port === undefined) throw new RangeError(`there is no server ${server}`);
  return port;
}
