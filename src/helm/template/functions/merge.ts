import type { TemplateValue } from '../../types.ts';
import { FunctionError, type FunctionWorld } from '../function.ts';
import { dataKeys, isMap, isTrue, ownValue, type TemplateMap } from '../values.ts';
import { put } from './put.ts';

const MOST_DEPTH = 1000;

interface Merging {
  overwrite: boolean;
  world: FunctionWorld;
}

/**
 * Merges into the first map, as mergo does: maps within maps are merged, what is empty (also false and 0) is filled,
 * what is new is taken over as it is, not copied. https://pkg.go.dev/dario.cat/mergo
 */
export function merged(into: TemplateMap, sources: TemplateMap[], merging: Merging): TemplateMap {
  for (const source of sources) mergeMap(into, source, { ...merging, depth: 0 });
  return into;
}

function mergeMap(into: TemplateMap, source: TemplateMap, merging: Merging & { depth: number }): void {
  const { overwrite, world, depth } = merging;
  if (depth > MOST_DEPTH) throw new FunctionError('the maps are nested too deeply to be merged');
  for (const key of dataKeys(source)) {
    world.work(1);
    const theirs = ownValue(source, key);
    const ours = ownValue(into, key);
    if (theirs === null || theirs === undefined) {
      if (overwrite) put(into, key, theirs);
      continue;
    }
    if (isMap(ours) && isMap(theirs)) mergeMap(ours, theirs, { ...merging, depth: depth + 1 });
    if (takesOver(ours, theirs, overwrite)) put(into, key, theirs);
  }
}

function takesOver(ours: TemplateValue, theirs: TemplateValue, overwrite: boolean): boolean {
  if (!isTrue(ours)) return true;
  if (isMap(ours) && isMap(theirs)) return false;
  return overwrite;
}
