import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parentPort } from 'node:worker_threads';
import { Resvg } from '@resvg/resvg-js';
import type { Drawing, Drawn } from './drawing.ts';
import { createSubsets } from './font.ts';
import { FONT } from './look.ts';
import { svgOf } from './svg.ts';

/** The thread in which pictures are made: one drawing in, one PNG out, in order. https://github.com/thx/resvg-js */

const FONT_FILE = fileURLToPath(new URL('../../assets/fonts/noto-sans-sc-400.ttf', import.meta.url));
/** Pixels per unit of the drawing: sharp on the screens of phones, and small. */
const ZOOM = 1.5;

/** Some of it is escaped in the drawing, and would not be seen there. */
const ASCII = String.fromCodePoint(...Array.from({ length: 95 }, (_, n) => 32 + n));

const subset = createSubsets(readFileSync(FONT_FILE));

function pngOf(drawing: Drawing): Uint8Array<ArrayBuffer> {
  const svg = svgOf(drawing);
  const image = withFont(svg, (file) => {
    const font = { loadSystemFonts: false, fontFiles: [file], defaultFontFamily: FONT };
    return new Resvg(svg, { font, fitTo: { mode: 'zoom', value: ZOOM } });
  });
  return Uint8Array.from(image.render().asPng());
}

/** The renderer takes fonts from files only. Where none can be written, the whole font serves: it is slow, and right. */
function withFont<T>(letters: string, use: (file: string) => T): T {
  const folder = folderFor(subset(ASCII + letters));
  try {
    return use(folder === undefined ? FONT_FILE : join(folder, 'font.ttf'));
  } finally {
    if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
  }
}

function folderFor(font: Buffer): string | undefined {
  let folder: string | undefined;
  try {
    folder = mkdtempSync(join(tmpdir(), 'k8s-copilot-font-'));
    writeFileSync(join(folder, 'font.ttf'), font);
    return folder;
  } catch {
    if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
    return undefined;
  }
}

function answer(drawing: Drawing): Drawn {
  try {
    return { png: pngOf(drawing) };
  } catch (error) {
    return { failed: error instanceof Error ? error.message : String(error) };
  }
}

parentPort?.on('message', (drawing: Drawing) => {
  const drawn = answer(drawing);
  parentPort?.postMessage(drawn, 'png' in drawn ? [drawn.png.buffer] : []);
});
