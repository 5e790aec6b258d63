/** The frame of every script: a problem is a sentence for a person, not a stack trace. */

/** Something a person can mend; the message says what is wrong and the way out. */
export class Problem extends Error {
  /**
   * @param {string} message
   * @param {number} [exitCode]
   */
  constructor(message, exitCode = 1) {
    super(message);
    this.exitCode = exitCode;
  }
}

/** @param {() => Promise<number | void>} script - answers the exit code */
export async function main(script) {
  try {
    process.exitCode = (await script()) ?? 0;
  } catch (error) {
    process.exitCode = error instanceof Problem ? error.exitCode : 1;
    process.stderr.write(`\n${error instanceof Problem ? error.message : (error?.stack ?? String(error))}\n`);
  }
}
