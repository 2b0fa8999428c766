/** A command that was refused (`code` and `retry_after` of the server), or that got no answer (`code` "away"). */
export class LiveError extends Error {
  /** @param {{code: string, text?: string, retry_after?: number}} error */
  constructor(error) {
    super(error.text ?? error.code);
    this.code = error.code;
    this.retryAfter = error.retry_after;
  }
}
