/** The watches that the server keeps over clusters. */
export interface Watches {
  close(): void;
}

export function createWatches(): Watches {
  return { close() {} };
}
