/** Something to be put right on the command line; its message is all a person needs. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}
