import { ENSEMBLE_SPECS, integerList, OPERATIONS_SPECS } from "@meerkat/service";

/** Every variable of an election process. */
export const ELECTION_SPECS = {
  ...ENSEMBLE_SPECS,
  ...OPERATIONS_SPECS,
  MEERKAT_SERVER_ID: integerList({
    min: 1,
    max: 254,
    desc: "The replica that this process elects for; several ids host several electors: 1,2,3",
  }),
};

export const environment: Readonly<Record<string, string | undefined>> = process.env;
