/** An error answer in Losant's form: a status, and `{type, message}` as its body (error.json). */
export class HttpError extends Error {
  readonly status: 400 | 401 | 403 | 404;
  readonly type: string;

  constructor(status: HttpError["status"], type: string, message: string) {
    super(message);
    this.status = status;
    this.type = type;
  }
}

/** A query or body that the API refuses. */
export class BadRequest extends HttpError {
  constructor(message: string) {
    super(400, "Validation", message);
  }
}

/** Nothing that this token can see has that id or name. */
export class NotFound extends HttpError {
  constructor(message: string) {
    super(404, "NotFound", message);
  }
}
