export { isZooKeeperInstalled } from "./installed.ts";
export { ZooKeeperEnsemble, type ZooKeeperOptions } from "./zookeeper-ensemble.ts";
