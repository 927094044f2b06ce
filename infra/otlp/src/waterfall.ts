import type { ReceivedSpan } from "./received-span.ts";
import { processOf, type TraceRow, traceRows, traceTrees } from "./trace-tree.ts";

const WIDTH = 1120;
const NAMES_WIDTH = 380;
const CHART_WIDTH = WIDTH - NAMES_WIDTH - 90;
const ROW_HEIGHT = 24;
const HEADER_HEIGHT = 66;
const INDENT = 14;
const BAR_WIDTH_MIN = 2;
const GRID_LINES = 5;
const COLOURS = ["#4269d0", "#3ca951", "#efb118", "#ff725c", "#9c6b4e", "#97bbf5"];

/** One trace as a picture: a row for each span, a colour for each process, a mark for each event. */
export function drawWaterfall(spans: readonly ReceivedSpan[], title: string): string {
  const rows = traceRows(traceTrees(spans));
  const startUs = Math.min(...spans.map((span) => span.startUs));
  const endUs = Math.max(...spans.map((span) => span.endUs));
  const x = (us: number): number =>
    NAMES_WIDTH + ((us - startUs) / Math.max(1, endUs - startUs)) * CHART_WIDTH;
  const processes = [...new Set(rows.map(({ span }) => processOf(span)))].toSorted();
  const colourOf = (span: ReceivedSpan): string =>
    COLOURS[processes.indexOf(processOf(span)) % COLOURS.length] ?? "#888";
  const height = HEADER_HEIGHT + rows.length * ROW_HEIGHT + 12;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${height}" viewBox="0 0 ${WIDTH} ${height}" font-family="sans-serif" font-size="12">`,
    `<title>${escapeXml(title)}</title>`,
    `<rect width="${WIDTH}" height="${height}" fill="#fff"/>`,
    text({ x: 12, y: 22, size: 15 }, title),
    ...legend(processes),
    ...grid(endUs - startUs, height),
    ...rows.flatMap((row, index) => drawRow(row, index, { x, colourOf })),
    "</svg>\n",
  ].join("\n");
}

function legend(processes: readonly string[]): string[] {
  return processes.flatMap((name, index) => {
    const at = 12 + index * 110;
    const colour = COLOURS[index % COLOURS.length] ?? "#888";
    return [
      `<rect x="${at}" y="36" width="11" height="11" fill="${colour}"/>`,
      text({ x: at + 16, y: 46 }, name),
    ];
  });
}

function grid(durationUs: number, height: number): string[] {
  return Array.from({ length: GRID_LINES + 1 }, (_, index) => {
    const at = round(NAMES_WIDTH + (CHART_WIDTH * index) / GRID_LINES);
    const ms = ((durationUs * index) / GRID_LINES / 1_000).toFixed(2);
    return (
      `<line x1="${at}" y1="${HEADER_HEIGHT - 4}" x2="${at}" y2="${height - 8}" stroke="#ddd"/>` +
      text({ x: at, y: HEADER_HEIGHT - 8, anchor: "middle", colour: "#666" }, `${ms} ms`)
    );
  });
}

function drawRow(
  { span, depth }: TraceRow,
  index: number,
  scale: {
    readonly x: (us: number) => number;
    readonly colourOf: (span: ReceivedSpan) => string;
  },
): string[] {
  const top = HEADER_HEIGHT + index * ROW_HEIGHT;
  const baseline = top + 16;
  const from = scale.x(span.startUs);
  const width = Math.max(BAR_WIDTH_MIN, scale.x(span.endUs) - from);
  const took = `${((span.endUs - span.startUs) / 1_000).toFixed(2)} ms`;
  const stroke = span.status.code === "error" ? ' stroke="#c00" stroke-width="2"' : "";
  return [
    text({ x: 12 + depth * INDENT, y: baseline }, span.name),
    text({ x: NAMES_WIDTH - 12, y: baseline, anchor: "end", colour: "#666" }, processOf(span)),
    `<rect x="${round(from)}" y="${top + 5}" width="${round(width)}" height="14" rx="2" fill="${scale.colourOf(span)}"${stroke}/>`,
    ...span.events.map(({ atUs }) => {
      const at = round(scale.x(atUs));
      return `<line x1="${at}" y1="${top + 2}" x2="${at}" y2="${top + 22}" stroke="#000" stroke-width="1.5"/>`;
    }),
    text({ x: from + width + 6, y: baseline, colour: "#444" }, took),
  ];
}

interface TextPlace {
  readonly x: number;
  readonly y: number;
  readonly size?: number;
  readonly anchor?: "middle" | "end";
  readonly colour?: string;
}

function text({ x, y, size, anchor, colour }: TextPlace, content: string): string {
  const attributes = [
    `x="${round(x)}" y="${round(y)}"`,
    size === undefined ? "" : ` font-size="${size}"`,
    anchor === undefined ? "" : ` text-anchor="${anchor}"`,
    colour === undefined ? "" : ` fill="${colour}"`,
  ].join("");
  return `<text ${attributes}>${escapeXml(content)}</text>`;
}

function escapeXml(content: string): string {
  return content.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
