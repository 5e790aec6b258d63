import { withProgress } from "./progress.mjs";

/** Like withProgress, for a command whose failure is an answer: there is another way to try. */
export async function attempt(label, command) {
  let result;
  try {
    await withProgress(label, async (detail) => {
      result = await command(detail);
      if (result.code !== 0) throw new Error("failed");
    });
  } catch (error) {
    if (result === undefined) throw error;
  }
  return result;
}
