import { defineConfig } from "vitest/config";

// Every file has servers of its own: one at a time.
export default defineConfig({
  test: { fileParallelism: false, testTimeout: 60_000, hookTimeout: 90_000 },
});
