import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** A file of the user's folder that is not run, and why. */
export interface RefusedScript {
  name: string;
  why: string;
}

/** The analyses by name without `.py`: the shipped ones, and what an operator put into a folder of their own. */
export interface Scripts {
  files: ReadonlyMap<string, string>;
  /** Names from the user's own folder, sorted. */
  own: string[];
  refused: RefusedScript[];
}

const SCRIPT = /^[a-z0-9][a-z0-9_-]{0,59}\.py$/;
const WRITABLE_BY_ALL = 0o002;

/** Looks anew each time, so that a script can be added while the bot runs. A folder of one's own may be absent. Never throws for it. */
export function findScripts(shipped: string, ownFolder?: string): Scripts {
  const files = new Map(
    readdirSync(shipped)
      .filter((file) => SCRIPT.test(file))
      .map((file) => [file.slice(0, -3), join(shipped, file)]),
  );
  if (ownFolder === undefined) return { files, own: [], refused: [] };
  const own: string[] = [];
  const refused: RefusedScript[] = [];
  for (const file of listed(ownFolder)) {
    const name = file.replace(/\.py$/, '');
    const why = objection(ownFolder, file, files.has(name));
    if (why !== undefined) refused.push({ name: file, why });
    else own.push(name);
  }
  for (const name of own) files.set(name, join(ownFolder, `${name}.py`));
  return { files, own, refused };
}

function listed(folder: string): string[] {
  try {
    return readdirSync(folder)
      .filter((file) => file.endsWith('.py'))
      .toSorted();
  } catch {
    return [];
  }
}

function objection(folder: string, file: string, shipped: boolean): string | undefined {
  if (!SCRIPT.test(file)) return 'its name must be lower-case letters, digits, - and _, and end in .py';
  if (shipped) return 'an analysis of that name is shipped already: give it another name';
  const stat = statSync(join(folder, file), { throwIfNoEntry: false });
  if (!stat?.isFile()) return 'it is no file';
  if ((stat.mode | statSync(folder).mode) & WRITABLE_BY_ALL)
    return 'everyone on this machine can write to it or its folder: take that right away (chmod o-w)';
  return undefined;
}
