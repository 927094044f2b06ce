import { describe, expect, it } from "vitest";
import { describeConfig, integer, integerList, readConfig, text } from "../src/index.ts";

const specs = {
  MEERKAT_SERVER_ID: integer({ min: 1, max: 254, desc: "Id of this replica" }),
  MEERKAT_SERVERS: integerList({ min: 1, max: 254, default: [1, 2, 3], desc: "All voters" }),
  MEERKAT_ENSEMBLE: text({
    default: "local",
    pattern: /^[a-z0-9-]+$/,
    expected: "letters, digits and dashes",
    desc: "Name of the ensemble",
  }),
};

describe("readConfig", () => {
  it("reads values and fills in defaults", () => {
    const config = readConfig(specs, { MEERKAT_SERVER_ID: "2" });
    expect(config.MEERKAT_SERVER_ID).toBe(2);
    expect(config.MEERKAT_SERVERS).toEqual([1, 2, 3]);
    expect(config.MEERKAT_ENSEMBLE).toBe("local");
  });

  it.each([
    [{}, "MEERKAT_SERVER_ID: is required and not set (Id of this replica)"],
    [{ MEERKAT_SERVER_ID: "255" }, '"255" is not a whole number from 1 to 254'],
    [{ MEERKAT_SERVER_ID: "" }, "MEERKAT_SERVER_ID"],
    [{ MEERKAT_SERVER_ID: "1", MEERKAT_SERVERS: "1,1" }, 'MEERKAT_SERVERS: "1,1" names one twice'],
    [{ MEERKAT_SERVER_ID: "1", MEERKAT_SERVERS: "1,x" }, "MEERKAT_SERVERS"],
    [{ MEERKAT_SERVER_ID: "1", MEERKAT_ENSEMBLE: "a.b" }, "is not letters, digits and dashes"],
  ])("names the variable that is wrong: %j", (environment, message) => {
    expect(() => readConfig(specs, environment)).toThrow(message);
  });

  it("names all of them at once", () => {
    const environment = { MEERKAT_SERVER_ID: "0", MEERKAT_ENSEMBLE: "!" };
    expect(() => readConfig(specs, environment)).toThrow(
      /MEERKAT_SERVER_ID[\s\S]*MEERKAT_ENSEMBLE/,
    );
  });
});

describe("describeConfig", () => {
  it("lists every variable with its default and its sentence", () => {
    const help = describeConfig("A replica.", specs);
    expect(help).toContain("MEERKAT_SERVER_ID  Id of this replica [required]");
    expect(help).toContain("MEERKAT_SERVERS    All voters [default 1,2,3]");
  });
});
