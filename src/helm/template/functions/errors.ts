import { FunctionError } from '../function.ts';

/** What Go's runtime says of a slice's end beyond its length. */
export function outOfBounds(start: number, end: number, length: number): FunctionError {
  const end_ = end > length || end < 0 ? `:${end}] with length ${length}` : `${start}:${end}]`;
  return new FunctionError(`runtime error: slice bounds out of range [${end_}`);
}

/** What Go's runtime says where a value is nil that must not be. */
export function nilPointer(): FunctionError {
  return new FunctionError('runtime error: invalid memory address or nil pointer dereference');
}
