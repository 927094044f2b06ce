import type { TSchema } from "typebox";

/** What is wrong with a value: where, and the rest of the sentence. */
export interface Fault {
  /** Such as `ops[3].version`; empty for the value itself. */
  readonly field: string;
  /** Continues "<field> ", such as "must be a whole number". */
  readonly claim: string;
}

/** The part of JSON Schema that our schemas use. */
interface Node {
  readonly type?: string | readonly string[];
  readonly const?: unknown;
  readonly anyOf?: readonly Node[];
  readonly properties?: Readonly<Record<string, Node>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean;
  readonly minProperties?: number;
  readonly items?: Node;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly pattern?: string;
}

type Fields = Readonly<Record<string, unknown>>;

/**
 * The first fault of a value that its compiled schema refused, for people. The compiled check
 * stays the judge; this only runs when it said no.
 */
export function explain(schema: TSchema, value: unknown): Fault | undefined {
  return faultOf(schema as Node, value, "");
}

function faultOf(node: Node, value: unknown, field: string): Fault | undefined {
  if (node.anyOf !== undefined) return faultOfUnion(node.anyOf, value, field);
  if (node.const !== undefined) {
    return value === node.const ? undefined : { field, claim: `must be ${quote(node.const)}` };
  }
  const types = typeof node.type === "string" ? [node.type] : (node.type ?? []);
  if (types.length > 0 && !types.some((type) => hasType(value, type))) {
    return { field, claim: `must be ${types.map(nameOfType).join(" or ")}` };
  }
  if (typeof value === "number") return faultOfNumber(node, value, field);
  if (typeof value === "string") return faultOfString(node, value, field);
  if (Array.isArray(value)) return faultOfArray(node, value, field);
  if (value !== null && typeof value === "object")
    return faultOfObject(node, value as Fields, field);
  return undefined;
}

function faultOfUnion(variants: readonly Node[], value: unknown, field: string): Fault | undefined {
  const constants = variants.filter(({ const: constant }) => constant !== undefined);
  if (constants.length === variants.length) {
    if (variants.some((variant) => variant.const === value)) return undefined;
    const names = variants.map((variant) => quote(variant.const)).join(", ");
    return { field, claim: `must be one of ${names}` };
  }
  const variant = chooseVariant(variants, value);
  if (variant !== undefined) return faultOf(variant, value, field);
  const tags = variants.flatMap((node) => node.properties?.op?.const ?? []);
  if (tags.length === variants.length && isFields(value)) {
    return { field: join(field, "op"), claim: `must be one of ${tags.map(quote).join(", ")}` };
  }
  if (isFields(value)) {
    const forms = variants.map(({ required = [] }) => required.join(" and "));
    return { field, claim: `must have ${forms.join(" or ")}` };
  }
  const types = variants.flatMap(({ type }) => (typeof type === "string" ? [type] : []));
  return { field, claim: `must be ${[...new Set(types)].map(nameOfType).join(" or ")}` };
}

/** Which variant was meant: the one with this `op`, else the one that shares most of its fields. */
function chooseVariant(variants: readonly Node[], value: unknown): Node | undefined {
  if (!isFields(value)) return variants.find(({ type }) => hasType(value, String(type)));
  const tagged = variants.filter((node) => node.properties?.op !== undefined);
  if (tagged.length > 0) return tagged.find((node) => node.properties?.op?.const === value.op);
  const shared = (node: Node) =>
    Object.keys(value).filter((name) => node.properties?.[name] !== undefined).length;
  const best = [...variants].sort((a, b) => shared(b) - shared(a))[0];
  return best !== undefined && shared(best) > 0 ? best : undefined;
}

function faultOfNumber(node: Node, value: number, field: string): Fault | undefined {
  const { minimum, maximum } = node;
  const isBelow = minimum !== undefined && value < minimum;
  const isAbove = maximum !== undefined && value > maximum;
  if (!isBelow && !isAbove) return undefined;
  if (maximum === undefined) return { field, claim: `must be at least ${minimum}` };
  return { field, claim: `must be from ${minimum} to ${maximum}` };
}

function faultOfString(node: Node, value: string, field: string): Fault | undefined {
  if (node.pattern === undefined || new RegExp(node.pattern, "u").test(value)) return undefined;
  return { field, claim: `must match ${node.pattern}` };
}

function faultOfArray(node: Node, value: readonly unknown[], field: string): Fault | undefined {
  const { minItems = 0, maxItems = Number.POSITIVE_INFINITY, items = {} } = node;
  if (value.length < minItems) return { field, claim: `must have at least ${count(minItems)}` };
  if (value.length > maxItems) return { field, claim: `must have at most ${count(maxItems)}` };
  for (const [i, item] of value.entries()) {
    const fault = faultOf(items, item, `${field}[${i}]`);
    if (fault !== undefined) return fault;
  }
  return undefined;
}

function faultOfObject(node: Node, value: Fields, field: string): Fault | undefined {
  const { properties = {}, required = [], additionalProperties = true, minProperties = 0 } = node;
  const known = Object.keys(properties);
  const unknown = Object.keys(value).find((name) => !Object.hasOwn(properties, name));
  if (unknown !== undefined && !additionalProperties) {
    return { field: join(field, unknown), claim: `is not known here; known: ${known.join(", ")}` };
  }
  const missing = required.find((name) => !Object.hasOwn(value, name));
  if (missing !== undefined) return { field: join(field, missing), claim: "is missing" };
  if (Object.keys(value).length < minProperties) {
    return { field, claim: `must have at least one of ${known.join(", ")}` };
  }
  for (const name of known) {
    const property = properties[name];
    if (property === undefined || !Object.hasOwn(value, name)) continue;
    const fault = faultOf(property, value[name], join(field, name));
    if (fault !== undefined) return fault;
  }
  return undefined;
}

function isFields(value: unknown): value is Fields {
  return value !== null && typeof value === "object" && !Array.isArray(value);
}

function hasType(value: unknown, type: string): boolean {
  switch (type) {
    case "null":
      return value === null;
    case "array":
      return Array.isArray(value);
    case "object":
      return isFields(value);
    case "integer":
      return Number.isInteger(value);
    default:
      return typeof value === type;
  }
}

const TYPE_NAMES: Readonly<Record<string, string>> = {
  string: "a string",
  integer: "a whole number",
  number: "a number",
  boolean: "true or false",
  array: "an array",
  object: "an object",
};

function nameOfType(type: string): string {
  return TYPE_NAMES[type] ?? type;
}

function count(entries: number): string {
  return entries === 1 ? "one entry" : `${entries} entries`;
}

function quote(value: unknown): string {
  return JSON.stringify(value);
}

function join(field: string, name: string): string {
  return field === "" ? name : `${field}.${name}`;
}
