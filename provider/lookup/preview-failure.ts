import type { WarningCode } from "../messages/preview-warnings.js";

/** What fails a preview: the program declares something that does not exist, or a state that cannot be understood. */
export class PreviewFailure extends Error {
  override readonly name = "PreviewFailure";
  /** Inputs whose values the message shows. */
  readonly shows: readonly string[];
  /** What it is as a warning, in a preview that is to be whole; undefined where it always fails. */
  readonly code: WarningCode | undefined;

  constructor(message: string, shows: readonly string[] = [], code?: WarningCode) {
    super(message);
    this.shows = shows;
    this.code = code;
  }
}
