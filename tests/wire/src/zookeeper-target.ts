import { ZooKeeperEnsemble } from "@meerkat/zookeeper";
import { freePorts } from "./free-ports.ts";
import { SUPER_DIGEST } from "./super-user.ts";
import type { Target } from "./target.ts";

const SERVERS = 3;
const HEAP_MB = 256;

/**
 * Three real servers. Scripts talk to the two followers: like a gateway, a follower has what it
 * serves from a leader elsewhere, and answers some requests otherwise than a leader does.
 */
export class ZooKeeperTarget implements AsyncDisposable {
  readonly target: Target;
  readonly #ensemble: ZooKeeperEnsemble;

  private constructor(ensemble: ZooKeeperEnsemble, target: Target) {
    this.#ensemble = ensemble;
    this.target = target;
  }

  /** @throws SetupError */
  static async start(): Promise<ZooKeeperTarget> {
    const ensemble = await ZooKeeperEnsemble.start({
      servers: SERVERS,
      portBase: await freePorts(3 * SERVERS),
      heapMb: HEAP_MB,
      properties: {
        "zookeeper.extendedTypesEnabled": "true",
        "zookeeper.DigestAuthenticationProvider.superDigest": SUPER_DIGEST,
      },
    });
    const leader = await ensemble.leader();
    const ports = ensemble.ports.filter((_, index) => index + 1 !== leader);
    return new ZooKeeperTarget(ensemble, { host: "127.0.0.1", ports });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#ensemble[Symbol.asyncDispose]();
  }
}
