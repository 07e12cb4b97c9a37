/** What became of a call. `rate`: too fast; `session`: the token counts no more; `gone`: what it was about is not there. */
export type FailureKind = 'credentials' | 'permission' | 'rate' | 'session' | 'refused' | 'unreachable';

/** A call to DingTalk that failed. `code` is DingTalk's own, or `unreachable`; the text holds no secret and no address with one. */
export class DingTalkError extends Error {
  readonly code: string;
  readonly kind: FailureKind;

  constructor(kind: FailureKind, code: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.kind = kind;
    this.code = code;
  }
}

/** Codes seen in DingTalk's documents and in threads of its plugins; the list is not complete. */
const RATE = /qps|throttl|flow.?control|too.?(many|fast|frequent)|^(90002|90018|90006|130101|410100)$/i;
const SESSION = /InvalidAuthentication|^(40014|42001|40001)$/;
const CREDENTIALS = /authFailed|invalidClient|invalid.?(app|credential|secret)|^(40089|40096)$/i;
const PERMISSION = /Forbidden|PermissionDenied|AccessDenied|^(60011|88|50004)$/i;

/** Sorts a refusal by its HTTP status and DingTalk's code. */
export function kindOf(status: number, code: string): FailureKind {
  if (status === 429 || RATE.test(code)) return 'rate';
  if (CREDENTIALS.test(code)) return 'credentials';
  if (status === 401 || SESSION.test(code)) return 'session';
  if (status >= 500) return 'unreachable';
  if (status === 403 || PERMISSION.test(code)) return 'permission';
  return 'refused';
}

/** Whether an error is a failure of DingTalk's of one of these kinds. */
export function isFailure(error: unknown, ...kinds: FailureKind[]): error is DingTalkError {
  return error instanceof DingTalkError && kinds.includes(error.kind);
}
