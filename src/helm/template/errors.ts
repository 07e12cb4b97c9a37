/** A template could not be read or carried out: where, and why, in the words Helm uses. */
export class TemplateError extends Error {
  /** The file that was rendered or read: `web/templates/service.yaml`. */
  readonly template: string;
  /** From 1; 0 where it is unknown. */
  readonly line: number;

  constructor(place: { template: string; line: number }, message: string, options?: ErrorOptions) {
    super(message, options);
    this.template = place.template;
    this.line = place.line;
  }
}

/** The text is no template: `template: NAME:LINE: why`, as Go says it within `tpl`. */
export class SyntaxTrouble extends TemplateError {
  readonly reason: string;

  constructor(place: { template: string; line: number }, reason: string) {
    super(place, `template: ${place.template}:${place.line}: ${reason}`);
    this.reason = reason;
  }
}

/** The rendering used up what it may: steps, characters, depth. Nothing adds its own place to this. */
export class BoundsError extends TemplateError {}

/** JavaScript's own bounds were reached: the depth of calls, or the length of a text or list. */
export function isExhausted(error: unknown): boolean {
  return error instanceof RangeError && /call stack|(?:string|array|buffer) (?:length|size)/i.test(error.message);
}

/** Line from 1 and Go's column (bytes, from 0) of a place in a text. */
export function placeOf(text: string, at: number): { line: number; column: number } {
  const before = text.slice(0, at);
  const lineStart = before.lastIndexOf('\n') + 1;
  let line = 1;
  for (const character of before) if (character === '\n') line++;
  return { line, column: new TextEncoder().encode(before.slice(lineStart)).length };
}
