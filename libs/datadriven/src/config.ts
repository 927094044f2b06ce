/** `REWRITE=1` writes what the code says now into the files; the reviewer reads the diff. */
export const rewriteExpected = process.env.REWRITE === "1";
