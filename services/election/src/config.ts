import { ENSEMBLE_SPECS, integer, integerList, text } from "@meerkat/service";

/** Every variable of an election process. */
export const ELECTION_SPECS = {
  ...ENSEMBLE_SPECS,
  MEERKAT_SERVER_ID: integerList({
    min: 1,
    max: 254,
    desc: "The replica that this process elects for; several ids host several electors: 1,2,3",
  }),
  MEERKAT_HEALTH_HOST: text({ default: "127.0.0.1", desc: "Address that GET /health listens on" }),
  MEERKAT_HEALTH_PORT: integer({
    default: 0,
    min: 0,
    max: 65_535,
    desc: "Port of GET /health; 0 serves none",
  }),
};

export const environment: Readonly<Record<string, string | undefined>> = process.env;
