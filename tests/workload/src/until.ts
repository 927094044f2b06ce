const POLL_MS = 20;

/** Waits until `look` gives something. @throws Error that names what was waited for, after the deadline. */
export async function until<T>(
  what: string,
  look: () => Promise<T | undefined> | T | undefined,
  deadlineMs = 30_000,
): Promise<T> {
  const endMs = Date.now() + deadlineMs;
  let last = "";
  for (;;) {
    try {
      const seen = await look();
      if (seen !== undefined) return seen;
    } catch (error) {
      last = ` (last error: ${error instanceof Error ? error.message : String(error)})`;
    }
    if (Date.now() > endMs) throw new Error(`not within ${deadlineMs} ms: ${what}${last}`);
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}
