import { defineConfig } from "vitest/config";

/** Threads and processes are started in nearly every test, which takes its time on a busy machine. */
export default defineConfig({ test: { testTimeout: 60_000, hookTimeout: 60_000 } });
