import { until } from "@meerkat/workload";
import { CORE, type ComposeStack } from "./compose-stack.ts";

/**
 * Waits until the health check of every container says yes. Where the engine does not run them (podman
 * without systemd), the checks of our own services are run by hand.
 */
export async function allHealthy(stack: ComposeStack): Promise<void> {
  await Promise.all(CORE.map((service) => healthy(stack, service)));
}

/** The same for one of them. */
export async function healthy(stack: ComposeStack, service: string): Promise<void> {
  const look = async () => ((await isHealthy(stack, service)) ? true : undefined);
  await until(`${service} is healthy`, look, HEALTHY_LIMIT_MS);
}

const HEALTHY_LIMIT_MS = 60_000;

const URLS: Readonly<Record<string, string>> = {
  replica: "http://127.0.0.1:8090/health",
  elector: "http://127.0.0.1:8090/health",
  gateway: "http://127.0.0.1:8080/health/ready",
};

async function isHealthy(stack: ComposeStack, service: string): Promise<boolean> {
  const container = stack.container(service);
  const status = await container.inspect("{{if .State.Health}}{{.State.Health.Status}}{{end}}");
  if (status === "healthy") return true;
  if (stack.tools.engine === "docker") return false;
  const url = URLS[service.split("-")[0] ?? ""];
  if (url === undefined) return true;
  await container.exec(["node", "health-check.mjs", url]);
  return true;
}
