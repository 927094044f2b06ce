import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { DASHBOARDS, render } from "../src/index.ts";

const FOLDER = join(import.meta.dirname, "../dashboards");

it.each(DASHBOARDS)(
  "$title: the file is what its source gives (npm run dashboards)",
  (dashboard) => {
    expect(readFileSync(join(FOLDER, `${dashboard.name}.json`), "utf8")).toBe(render(dashboard));
  },
);

it("has no file without a source", () => {
  const names = DASHBOARDS.map(({ name }) => `${name}.json`);
  expect(readdirSync(FOLDER).sort()).toEqual(names.sort());
});

it("has panels that do not overlap, each with an id of its own", () => {
  for (const dashboard of DASHBOARDS) {
    const { panels } = JSON.parse(render(dashboard)) as { panels: readonly PanelModel[] };
    expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length);
    const cells = panels.flatMap(cellsOf);
    expect(new Set(cells).size).toBe(cells.length);
  }
});

interface PanelModel {
  readonly id: number;
  readonly gridPos: {
    readonly x: number;
    readonly y: number;
    readonly w: number;
    readonly h: number;
  };
}

function cellsOf({ gridPos: { x, y, w, h } }: PanelModel): readonly string[] {
  return Array.from({ length: w * h }, (_, i) => `${x + (i % w)},${y + Math.floor(i / w)}`);
}
