import { type Static, Type } from "typebox";
import { CLOSED } from "./common.ts";

export const SessionIdText = Type.String({
  description: "Id of the session, in hexadecimal.",
  examples: ["0x100000001"],
});

export const CreateSessionBody = Type.Object(
  {
    timeoutMs: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: 2 ** 31 - 1,
        description:
          "The session ends when the service has not heard of it for so long. Brought into " +
          "the bounds of the configuration; the answer says what it became.",
        examples: [10000],
      }),
    ),
  },
  { ...CLOSED, examples: [{ timeoutMs: 10000 }] },
);
export type CreateSessionBody = Static<typeof CreateSessionBody>;

export const SessionParams = Type.Object({ id: SessionIdText });

export const CreatedSession = Type.Object(
  {
    id: SessionIdText,
    timeoutMs: Type.Integer(),
    token: Type.String({
      description: "Send it as Meerkat-Session. Whoever has it owns the session: keep it secret.",
    }),
  },
  {
    examples: [
      { id: "0x100000001", timeoutMs: 10000, token: "0x100000001.AAECAwQFBgcICQoLDA0ODw" },
    ],
  },
);

export const SessionAnswer = Type.Object(
  { id: SessionIdText, timeoutMs: Type.Integer() },
  { examples: [{ id: "0x100000001", timeoutMs: 10000 }] },
);
