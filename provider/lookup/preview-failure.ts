/** What fails a preview: the program declares something that does not exist, or a state that cannot be understood. */
export class PreviewFailure extends Error {
  override readonly name = "PreviewFailure";
  /** Inputs whose values the message shows. */
  readonly shows: readonly string[];

  constructor(message: string, shows: readonly string[] = []) {
    super(message);
    this.shows = shows;
  }
}
