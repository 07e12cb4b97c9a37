import { posix } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { type TarHeader, unpackTar } from 'modern-tar';
import { ChartError } from './types.ts';

/** Packed charts: unpacked in memory only, within bounds. https://helm.sh/docs/topics/charts/#the-chart-file-structure */

/** As Helm's own bound of a file. https://github.com/helm/helm/security/advisories/GHSA-4hfp-h4cw-hj8p */
export const MOST_FILE_BYTES = 5 * 2 ** 20;
export const MOST_PACKED_BYTES = 20 * 2 ** 20;
export const MOST_FILES = 5000;

/** What may still be unpacked of one chart with all that is in it. */
export interface Budget {
  bytes: number;
  files: number;
  charts: number;
}

export const newBudget = (): Budget => ({ bytes: 64 * 2 ** 20, files: MOST_FILES, charts: 100 });

/** The files of a packed chart by their paths below its folder. Throws ChartError. */
export async function unpackChart(archive: Uint8Array, budget: Budget): Promise<Map<string, Uint8Array>> {
  const files = new Map<string, Uint8Array>();
  for (const { header, data } of await entriesOf(gunzip(archive, budget))) {
    const { name, type = 'file' } = header;
    if (type === 'directory' || type.startsWith('pax-')) continue;
    if (type !== 'file') throw refused(`${shown(name)} is a ${type}: charts hold plain files only`);
    const bytes = data ?? new Uint8Array();
    if (bytes.length > MOST_FILE_BYTES) throw tooLarge(`${shown(name)} has more than ${MOST_FILE_BYTES} bytes`);
    budget.files -= 1;
    if (budget.files < 0) throw tooLarge(`The chart has more than ${MOST_FILES} files`);
    files.set(pathBelow(name), bytes);
  }
  return files;
}

function gunzip(archive: Uint8Array, budget: Budget): Uint8Array {
  if (archive.length > MOST_PACKED_BYTES) throw tooLarge(`The packed chart has more than ${MOST_PACKED_BYTES} bytes`);
  try {
    const tar = gunzipSync(archive, { maxOutputLength: Math.max(1, budget.bytes) });
    budget.bytes -= tar.length;
    return tar;
  } catch (error) {
    if (error instanceof RangeError) throw tooLarge('The chart grows beyond its bounds when it is unpacked');
    throw new ChartError('CHART_INVALID', 'The chart is no gzip archive', { cause: error });
  }
}

async function entriesOf(tar: Uint8Array): Promise<{ header: TarHeader; data?: Uint8Array }[]> {
  try {
    return await unpackTar(tar, { strict: true });
  } catch (error) {
    throw new ChartError('CHART_INVALID', 'The chart is no tar archive', { cause: error });
  }
}

/** The path without the chart's own folder. Whatever would lie elsewhere is refused, as Helm does. */
function pathBelow(name: string): string {
  const parts = name.split(name.includes('\\') ? /[\\/]/ : '/');
  const path = parts.slice(1).join('/');
  if (name.includes('\0') || name.startsWith('/') || path.startsWith('/') || /^[A-Za-z]:/.test(path))
    throw refused(`${shown(name)} is an absolute path`);
  const clean = posix.normalize(path);
  if (path === '' || clean === '.') throw refused(`${shown(name)} lies outside of the chart's folder`);
  if (clean === '..' || clean.startsWith('../')) throw refused(`${shown(name)} leads out of the chart's folder`);
  return clean;
}

const shown = (name: string) => JSON.stringify(name.slice(0, 100));
const refused = (message: string) => new ChartError('CHART_REFUSED', message);
const tooLarge = (message: string) => new ChartError('CHART_TOO_LARGE', message);
