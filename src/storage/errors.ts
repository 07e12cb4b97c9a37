import type { CollectionSpec, Doc } from './store.ts';

/** The store cannot do what was asked: `code` is stable, the message names the thing and the next move. */
export class StoreError extends Error {
  readonly code: string;

  constructor(code: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'StoreError';
    this.code = code;
  }
}

/** Parses what is stored under `id`; what does not fit is an error that names it, never something to skip silently. */
export function parseDocument<T extends Doc>(spec: CollectionSpec<T>, id: string, value: unknown): T {
  const parsed = spec.schema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new StoreError(
    'DOCUMENT_UNREADABLE',
    `${spec.name} ${id} does not fit this version: ${parsed.error.message}. Run the version that wrote it, or remove it.`,
    { cause: parsed.error },
  );
}
