/** A refusal in Losant's form: a status, and `{type, message}` as its body (error.json). */
export class Refusal extends Error {
  readonly status: 400 | 401 | 403 | 404;
  readonly type: string;

  constructor(status: Refusal["status"], type: string, message: string) {
    super(message);
    this.status = status;
    this.type = type;
  }
}

/** A query or body that the API does not let through. */
export class BadRequest extends Refusal {
  constructor(message: string) {
    super(400, "Validation", message);
  }
}

/** Nothing of that id or name, for this token. */
export class NotFound extends Refusal {
  constructor(message: string) {
    super(404, "NotFound", message);
  }
}
