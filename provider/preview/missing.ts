/** What a preview does with a version, a workflow or an application that does not exist. */
import { PreviewFailure } from "../lookup/preview-failure.js";
import { SECRET } from "../messages/redact.js";
import type { PreviewWarning } from "../messages/preview-warnings.js";

/** The sentence about it, without the value of a secret input. */
export function failureText({ message, shows }: PreviewFailure, isSecret: (input: string) => boolean): string {
  const hidden = shows.filter(isSecret);
  return hidden.length > 0 ? `${hidden.join(", ")}: ${SECRET} does not exist` : message;
}

export interface Missing {
  /** What was found missing; empty where it fails the preview. */
  readonly warnings: PreviewWarning[];
  /** @returns `otherwise` for what does not exist, in a preview that is to be whole */
  readonly noting: <T>(read: Promise<T>, otherwise: T) => Promise<T>;
}

/** @param isWhole - is what does not exist a warning, for a gate to judge? Else it fails the preview */
export function createMissing(isWhole: boolean, isSecret: (input: string) => boolean): Missing {
  const warnings: PreviewWarning[] = [];
  return {
    warnings,
    noting: async (read, otherwise) => {
      try {
        return await read;
      } catch (error) {
        if (!isWhole || !(error instanceof PreviewFailure) || error.code === undefined) throw error;
        warnings.push({ code: error.code, lines: [failureText(error, isSecret)] });
        return otherwise;
      }
    },
  };
}
