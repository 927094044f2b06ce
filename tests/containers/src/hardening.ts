import { CORE, type ComposeStack } from "./compose-stack.ts";

const WRITES_TO_ROOT = "require('node:fs').writeFileSync('/app/written', '')";

/**
 * What docker-compose.yml promises of each container, asked of the running ones.
 * Resolves to a sentence for each promise that is not kept.
 */
export async function brokenPromises(stack: ComposeStack): Promise<readonly string[]> {
  const found = await Promise.all(CORE.map((service) => problemsOf(stack, service)));
  return found.flat();
}

async function problemsOf(stack: ComposeStack, service: string): Promise<readonly string[]> {
  const container = stack.container(service);
  const problems: string[] = [];
  const user = await container.inspect("{{.Config.User}}");
  if (user === "" || /^(0|root)\b/.test(user)) problems.push(`${service} runs as "${user}"`);
  const readOnly = await container.inspect("{{.HostConfig.ReadonlyRootfs}}");
  if (readOnly !== "true") problems.push(`${service} may write to its root file system`);
  if (service.startsWith("nats")) return problems;
  const write = await container.exec(["node", "-e", WRITES_TO_ROOT]).catch(() => "refused");
  if (write !== "refused") problems.push(`${service} wrote to /app`);
  return problems;
}
