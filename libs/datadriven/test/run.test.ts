import { runScripts, runTables } from "../src/index.ts";

runScripts(`${import.meta.dirname}/scripts`, () => {
  const values = new Map<string, string>();
  return ({ name, args, options, rest, body }) => {
    if (name === "set") {
      for (const [key, value] of options) values.set(key, value);
      return "ok";
    }
    if (name === "get") return args.map((key) => `${key} ${values.get(key) ?? "none"}`).join("\n");
    return [`rest ${rest}`, "", ...body.map((line) => `body ${line}`)].join("\n");
  };
});

runTables(`${import.meta.dirname}/tables`, () => {
  let sum = 0;
  return ({ name, args }) => {
    if (name === "start") {
      sum = Number(args[0]);
      return undefined;
    }
    sum += Number(args[0]);
    return [`sum ${sum}`, sum % 2 === 0 ? "even" : "odd"];
  };
});
