const POLL_MS = 2;

/** Waits until the condition holds. @throws Error that repeats `what`, at the deadline */
export async function eventually(
  what: string,
  condition: () => boolean,
  deadlineMs = 20_000,
): Promise<void> {
  const startedAt = performance.now();
  while (!condition()) {
    if (performance.now() - startedAt > deadlineMs) {
      throw new Error(`Not within ${deadlineMs} ms: ${what}`);
    }
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}
