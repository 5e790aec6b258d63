/** A mistake of the person who wrote the program. The message is a sentence with the way out; nothing else is shown. */
export class UserError extends Error {
  override readonly name = "UserError";
}

/**
 * Other errors of a look-up become sentences too, so that no front shows their stack.
 * With the environment variable `PULUMI_LOSANT_DEBUG` they stay as they are.
 *
 * @param what - who asks, for the message
 */
export async function withUserErrors<T>(what: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof UserError || !(error instanceof Error)) throw error;
    throw process.env["PULUMI_LOSANT_DEBUG"] ? error : new UserError(`${what}: ${error.message}`);
  }
}
