export { MarshallingError } from "./archive/marshalling-error.ts";
export { JuteReader } from "./archive/reader.ts";
export { JuteWriter } from "./archive/writer.ts";
