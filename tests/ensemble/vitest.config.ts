import { defineConfig } from "vitest/config";

// Each test brings up a stack of ten processes: one at a time.
export default defineConfig({
  test: { fileParallelism: false, testTimeout: 90_000, hookTimeout: 60_000 },
});
