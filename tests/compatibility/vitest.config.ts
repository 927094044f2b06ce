import { defineConfig } from "vitest/config";

// One stack for all clients, and some wait for sessions to expire.
export default defineConfig({
  test: { fileParallelism: false, testTimeout: 90_000, hookTimeout: 120_000 },
});
