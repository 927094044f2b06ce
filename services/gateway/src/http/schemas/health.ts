import { Type } from "typebox";

export const HealthAnswer = Type.Object(
  { status: Type.String() },
  { examples: [{ status: "ready" }] },
);
