/** The servers are in process groups of their own and would outlive a benchmark that is broken off. */
export function stopOnSignal(stack: AsyncDisposableStack): void {
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    process.once(signal, () => {
      // What is being measured fails now, because its servers end; that must not end us before them.
      process.on("uncaughtException", () => undefined);
      void stack.disposeAsync().finally(() => process.exit(1));
    });
  }
}
