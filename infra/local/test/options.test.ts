import { describe, expect, it } from "vitest";
import { DEFAULT_OPTIONS, parseOptions } from "../src/options.ts";

describe("parseOptions", () => {
  it("has the documented defaults", () => {
    const options = parseOptions([]);
    expect(options).toMatchObject({
      ...DEFAULT_OPTIONS,
      dataDir: expect.stringMatching(/\/data$/),
    });
  });

  it("reads every flag", () => {
    const args = "--data /tmp/x --replicas 5 --gateways 1 --http-port 9000 --zookeeper-port 9100";
    expect(parseOptions([...args.split(" "), "--nats-port", "9200", "--no-restart"])).toEqual({
      dataDir: "/tmp/x",
      replicas: 5,
      gateways: 1,
      httpPort: 9000,
      zookeeperPort: 9100,
      natsPort: 9200,
      metricsPort: 0,
      restart: false,
      environment: {},
      environmentOf: {},
      nodeFlags: DEFAULT_OPTIONS.nodeFlags,
      natsConfiguration: "",
    });
  });

  it.each([
    [["--replicas", "0"], "--replicas 0: not a whole number from 1 to 7"],
    [["--http-port", "http"], "--http-port http"],
    [["--http-port", "70000"], "65535"],
    [["--colour"], "--colour"],
    [["extra"], "extra"],
  ])("names the flag that is wrong: %j", (args, message) => {
    expect(() => parseOptions(args)).toThrow(message);
  });

  it("gives help on request", () => {
    expect(parseOptions(["--help"])).toBe("help");
  });
});
