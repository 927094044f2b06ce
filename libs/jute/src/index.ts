export { MarshallingError } from "./archive/marshalling-error.ts";
export { JuteReader } from "./archive/reader.ts";
export { JuteWriter } from "./archive/writer.ts";
export { OpCode, Xid } from "./protocol/op-code.ts";
