import { readFileSync } from "node:fs";
import { type CpuProfile, prepareProfile, startProfile, stopProfile } from "./cpu-profile.ts";
import type { Inspector } from "./inspector.ts";
import type { MeerkatSystem } from "./meerkat-system.ts";
import { summarise } from "./profile-summary.ts";

const TOP = 25;

/** CPU profiles of some processes, over the measured time of one run. */
export class Profiles {
  readonly #inspectors: ReadonlyMap<string, Inspector>;
  #files: Promise<readonly string[]> = Promise.resolve([]);

  private constructor(inspectors: ReadonlyMap<string, Inspector>) {
    this.#inspectors = inspectors;
  }

  static async prepare(system: MeerkatSystem, names: readonly string[]): Promise<Profiles> {
    const inspectors = new Map<string, Inspector>();
    for (const name of names) inspectors.set(name, await system.inspector(name));
    await Promise.all([...inspectors.values()].map(prepareProfile));
    return new Profiles(inspectors);
  }

  start(): void {
    const started = [...this.#inspectors.values()].map(startProfile);
    this.#files = Promise.all(started).then(() => []);
  }

  stop(folder: string, run: string): void {
    this.#files = this.#files.then(() =>
      Promise.all(
        [...this.#inspectors].map(([name, inspector]) =>
          stopProfile(inspector, folder, `${run}-${name}`),
        ),
      ),
    );
  }

  async summaries(): Promise<readonly string[]> {
    const files = await this.#files;
    return files.map((file) => {
      const profile = JSON.parse(readFileSync(file, "utf8")) as CpuProfile;
      return `${file}\n${summarise(profile, TOP)}`;
    });
  }
}
