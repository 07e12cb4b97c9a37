import type { TemplateValue } from '../../types.ts';
import type { FunctionWorld } from '../function.ts';
import { printValue } from '../printf.ts';
import { isList } from '../values.ts';

/** A value as text: text as it is, all else as `%v` prints it. */
export function textOfValue(value: TemplateValue): string {
  return typeof value === 'string' ? value : printValue(value);
}

/** A list's items as texts, without nil; anything else is a list of itself. */
export function textsOf(value: TemplateValue): string[] {
  return present(isList(value) ? value : [value]).map(textOfValue);
}

/** What of a list is not nil. */
export function present(values: TemplateValue[]): TemplateValue[] {
  return values.filter((value) => value !== null && value !== undefined);
}

/** Parts joined, within the bounds of the rendering. */
export function joined(parts: string[], separator: string, world: FunctionWorld): string {
  let size = separator.length * Math.max(0, parts.length - 1);
  for (const part of parts) size += part.length;
  world.grow(size);
  return parts.join(separator);
}
