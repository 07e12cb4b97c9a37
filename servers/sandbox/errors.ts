import type { z } from 'zod';

/** A refusal of the cloud: an HTTP status, the vendor's error code, a message, and for some codes a list of what was wrong. */
export class CloudError extends Error {
  readonly status: number;
  readonly code: string;
  readonly data: string[] | undefined;

  constructor(status: number, code: string, message: string, data?: string[]) {
    super(message);
    this.status = status;
    this.code = code;
    this.data = data;
  }
}

/** A 400 with the vendor's code, ready to throw. */
export const refusal = (code: string, message: string, data?: string[]): CloudError =>
  new CloudError(400, code, message, data);

/** A 404 with the vendor's code, ready to throw. */
export const notFound = (code: string, message: string): CloudError => new CloudError(404, code, message);

/** Parses what a caller sent, or refuses with InvalidParameter naming the first field that is wrong. */
export function parseInput<T>(schema: z.ZodType<T>, input: unknown): T {
  const parsed = schema.safeParse(input);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const field = issue?.path.join('.') || 'body';
  throw refusal(
    'InvalidParameter',
    `The specified parameter ${field} is not valid: ${issue?.message ?? 'unreadable'}.`,
  );
}
