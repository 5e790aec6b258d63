/** Refusals, in Losant's form: a status and `{type, message}`. */
export class Refusal extends Error {
  readonly status: number;
  readonly type: string;

  constructor(status: number, type: string, message: string) {
    super(message);
    this.status = status;
    this.type = type;
  }
}

export class BadRequest extends Refusal {
  constructor(message: string) {
    super(400, "Validation", message);
  }
}

export class NotFound extends Refusal {
  constructor(message: string) {
    super(404, "NotFound", message);
  }
}
