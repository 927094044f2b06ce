import { ARROWS } from "./arrows.ts";
import type { Problem } from "./rules.ts";

export interface Manifest {
  /** Folder from the root: libs/zab. */
  readonly folder: string;
  readonly dependencies: Readonly<Record<string, string>>;
}

const OWN_SCOPE = "@meerkat/";

/** The dependencies that a package.json names are the arrows too. */
export function checkManifests(manifests: readonly Manifest[]): Problem[] {
  return manifests.flatMap(({ folder, dependencies }) => {
    const path = `${folder}/package.json`;
    const allowed = ARROWS[folder];
    if (allowed === undefined) {
      return [{ path, message: "no row in tooling/tidy/src/arrows.ts" }];
    }
    return Object.entries(dependencies).flatMap(([name, version]) => {
      if (name.startsWith(OWN_SCOPE)) {
        if (allowed.includes(name.slice(OWN_SCOPE.length))) return [];
        return [{ path, message: `${name} is not an arrow of ARCHITECTURE.md` }];
      }
      return /^\d/.test(version) ? [] : [{ path, message: `${name} ${version} is not pinned` }];
    });
  });
}
