/** A mistake of the person who wrote the program: the message is a sentence with the way out, and nothing else is shown. */
export class UserError extends Error {
  override readonly name = "UserError";
}
