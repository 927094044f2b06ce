/** One line, or one group of lines, of a panel. */
export interface Query {
  readonly expr: string;
  /** With labels in braces: {{instance}}. */
  readonly legend: string;
}

export interface Panel {
  readonly title: string;
  /** What to read from it, in a sentence or two. */
  readonly says: string;
  /** Of Grafana: ms, bytes, percentunit, ops, short … */
  readonly unit: string;
  readonly queries: readonly Query[];
  /** A number for the newest value in place of a curve. */
  readonly kind?: "number";
  /** Why a healthy ensemble may have nothing to show here; otherwise no data is a mistake. */
  readonly emptyBecause?: string;
}

export interface Row {
  readonly title: string;
  readonly panels: readonly Panel[];
}

export interface Dashboard {
  /** Of its file and its address in Grafana. */
  readonly name: string;
  readonly title: string;
  /** The job whose instances can be chosen; all without. */
  readonly job?: string;
  readonly rows: readonly Row[];
}

export const query = (expr: string, legend = "{{instance}}"): Query => ({ expr, legend });

/** A quantile over what came in lately, of each instance. */
export function quantile(q: number, histogram: string, selector = ""): Query {
  const buckets = `rate(${histogram}_bucket{${selector}}[$__rate_interval])`;
  const expr = `histogram_quantile(${q}, sum by (instance, le) (${buckets}))`;
  return query(expr, `{{instance}} p${q * 100}`);
}

export const perSecond = (counter: string, selector = "", by = "instance"): Query =>
  query(`sum by (${by}) (rate(${counter}{${selector}}[$__rate_interval]))`, `{{${by}}}`);
