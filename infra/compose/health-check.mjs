// Runs inside a container: `node health-check.mjs URL` ends with 0 if the URL answers 200 in time. Plain JavaScript, since
// it starts every few seconds.
import { get } from "node:http";

const [url] = process.argv.slice(2);
const request = get(url, { timeout: 2_000 }, (response) => {
  response.pipe(process.stdout);
  process.exitCode = response.statusCode === 200 ? 0 : 1;
});
request.on("timeout", () => request.destroy(new Error("no answer within 2 s")));
request.on("error", (error) => {
  process.stderr.write(`${url}: ${error.message}\n`);
  process.exitCode = 1;
});
