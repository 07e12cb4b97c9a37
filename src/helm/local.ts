import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { MOST_FILE_BYTES, MOST_FILES, MOST_PACKED_BYTES } from './archive.ts';
import { type ChartSource, textOf } from './chart.ts';
import { ignoredBy } from './ignore.ts';
import { ChartError } from './types.ts';

/** Charts in a folder of the operator's: folders, and archives. */

const MOST_CHARTS = 100;
const MOST_BYTES = 64 * 2 ** 20;

/** What lies in the folder and may be a chart, by name; empty where there is no such folder. */
export async function localCharts(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
    throw error;
  });
  const wanted = entries.filter(
    (entry) => !/^[._]/.test(entry.name) && (entry.isDirectory() || (entry.isFile() && entry.name.endsWith('.tgz'))),
  );
  return wanted
    .map(({ name }) => name)
    .sort()
    .slice(0, MOST_CHARTS);
}

/** Reads one of them, without what `.helmignore` leaves out. Throws ChartError. */
export async function readLocalChart(folder: string, name: string): Promise<ChartSource> {
  const path = join(folder, name);
  if (!name.endsWith('.tgz')) return { files: await filesBelow(path) };
  const { size } = await stat(path);
  if (size > MOST_PACKED_BYTES)
    throw new ChartError('CHART_TOO_LARGE', `${name} has more than ${MOST_PACKED_BYTES} bytes`);
  return { archive: new Uint8Array(await readFile(path)) };
}

async function filesBelow(root: string): Promise<Map<string, Uint8Array>> {
  const files = new Map<string, Uint8Array>();
  const text = await readFile(join(root, '.helmignore')).catch(() => new Uint8Array());
  const isIgnored = ignoredBy(textOf(text));
  let bytes = 0;
  const walk = async (below: string): Promise<void> => {
    const entries = await readdir(join(root, below), { withFileTypes: true });
    for (const entry of entries.sort((one, other) => (one.name < other.name ? -1 : 1))) {
      const path = below === '' ? entry.name : `${below}/${entry.name}`;
      if (isIgnored(path)) continue;
      if (entry.isDirectory()) await walk(path);
      else if (!entry.isFile()) throw new ChartError('CHART_REFUSED', `${path} is a link or no plain file`);
      else {
        const { size } = await stat(join(root, path));
        bytes += size;
        if (size > MOST_FILE_BYTES || bytes > MOST_BYTES || files.size >= MOST_FILES)
          throw new ChartError('CHART_TOO_LARGE', `${path} makes the chart larger than it may be`);
        files.set(path, new Uint8Array(await readFile(join(root, path))));
      }
    }
  };
  await walk('');
  return files;
}
