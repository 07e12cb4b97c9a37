import type { TemplateValue } from '../../types.ts';
import type { TemplateMap } from '../values.ts';

/** Sets a key of a map as data, `__proto__` included; answers the map. */
export function put(map: TemplateMap, key: string, value: TemplateValue): TemplateMap {
  if (key !== '__proto__') map[key] = value;
  else Object.defineProperty(map, key, { value, writable: true, enumerable: true, configurable: true });
  return map;
}
