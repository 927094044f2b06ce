/** A promise was broken. The run ends here; `checker` names the promise. */
export class Violation extends Error {
  override readonly name = "Violation";
  readonly checker: string;

  constructor(checker: string, message: string) {
    super(message);
    this.checker = checker;
  }
}
