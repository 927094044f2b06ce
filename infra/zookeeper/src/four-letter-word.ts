import { connect } from "node:net";

/** What the server answers to a four-letter word; undefined when it does not answer. */
export function askFourLetterWord(port: number, word: string): Promise<string | undefined> {
  return new Promise((resolve) => {
    let answer = "";
    const socket = connect(port, "127.0.0.1", () => socket.write(word));
    socket.setEncoding("utf8");
    socket.setTimeout(1_000, () => socket.destroy());
    socket.on("data", (text) => {
      answer += text;
    });
    socket.on("error", () => socket.destroy());
    socket.on("close", () => resolve(answer === "" ? undefined : answer));
  });
}
