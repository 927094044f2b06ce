import type { Dashboard, Panel, Query } from "./dashboard.ts";

const PROMETHEUS = { type: "prometheus", uid: "prometheus" };
/** Grafana's grid is this wide. */
const COLUMNS = 24;
const PANELS_PER_LINE = 3;
const HEIGHT = { row: 1, curve: 8, number: 4 };
const NUMBERS_PER_LINE = 6;

interface Place {
  readonly x: number;
  readonly y: number;
  readonly w: number;
  readonly h: number;
}

/** The JSON that Grafana loads. The same source always gives the same text. */
export function render(dashboard: Dashboard): string {
  const model = {
    uid: `meerkat-${dashboard.name}`,
    title: dashboard.title,
    tags: ["meerkat"],
    schemaVersion: 39,
    editable: false,
    timezone: "browser",
    refresh: "15s",
    time: { from: "now-1h", to: "now" },
    links: [{ type: "dashboards", title: "Meerkat", tags: ["meerkat"], asDropdown: true }],
    templating: { list: [instanceVariable(dashboard)] },
    panels: panelsOf(dashboard),
  };
  return `${JSON.stringify(model, undefined, 2)}\n`;
}

function instanceVariable({ job = "meerkat-.*" }: Dashboard): object {
  const text = `label_values(process_start_time_seconds{job=~"${job}"}, instance)`;
  return {
    name: "instance",
    label: "Server",
    type: "query",
    datasource: PROMETHEUS,
    definition: text,
    query: { query: text, refId: "instance" },
    refresh: 2,
    sort: 1,
    multi: true,
    includeAll: true,
    allValue: ".*",
    current: { selected: true, text: "All", value: "$__all" },
  };
}

function panelsOf({ rows }: Dashboard): readonly object[] {
  const panels: object[] = [];
  let y = 0;
  for (const { title, panels: members } of rows) {
    const id = panels.length + 1;
    const gridPos: Place = { x: 0, y, w: COLUMNS, h: HEIGHT.row };
    panels.push({ id, type: "row", title, collapsed: false, gridPos, panels: [] });
    y += HEIGHT.row;
    for (const kind of ["number", undefined] as const) {
      const some = members.filter((panel) => panel.kind === kind);
      const perLine = kind === "number" ? NUMBERS_PER_LINE : PANELS_PER_LINE;
      const h = kind === "number" ? HEIGHT.number : HEIGHT.curve;
      const w = COLUMNS / perLine;
      some.forEach((panel, index) => {
        const place = { x: (index % perLine) * w, y: y + Math.floor(index / perLine) * h, w, h };
        panels.push(panelModel(panel, panels.length + 1, place));
      });
      y += Math.ceil(some.length / perLine) * h;
    }
  }
  return panels;
}

function panelModel(panel: Panel, id: number, gridPos: Place): object {
  const { title, says, unit, queries, kind, emptyBecause } = panel;
  const isNumber = kind === "number";
  return {
    id,
    type: isNumber ? "stat" : "timeseries",
    title,
    description: emptyBecause === undefined ? says : `${says} Empty is well: ${emptyBecause}.`,
    gridPos,
    datasource: PROMETHEUS,
    targets: queries.map((query, index) => targetOf(query, index, isNumber)),
    fieldConfig: { defaults: { unit, min: 0 }, overrides: [] },
    options: isNumber
      ? { reduceOptions: { calcs: ["lastNotNull"] }, colorMode: "none" }
      : { legend: { displayMode: "list", placement: "bottom" }, tooltip: { mode: "multi" } },
  };
}

function targetOf({ expr, legend }: Query, index: number, instant: boolean): object {
  const refId = String.fromCharCode("A".charCodeAt(0) + index);
  return { refId, datasource: PROMETHEUS, expr, legendFormat: legend, instant, range: !instant };
}
