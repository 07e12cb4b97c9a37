import { fileURLToPath } from 'node:url';
import { parentPort } from 'node:worker_threads';
import { Resvg } from '@resvg/resvg-js';
import type { Drawing, Drawn } from './drawing.ts';
import { FONT } from './look.ts';
import { svgOf } from './svg.ts';

/** The thread in which pictures are made: one drawing in, one PNG out, in order. https://github.com/thx/resvg-js */

const FONT_FILE = fileURLToPath(new URL('../../assets/fonts/noto-sans-sc-400.ttf', import.meta.url));
/** Pixels per unit of the drawing: sharp on the screens of phones, and small. */
const ZOOM = 1.5;

function pngOf(drawing: Drawing): Uint8Array<ArrayBuffer> {
  const font = { loadSystemFonts: false, fontFiles: [FONT_FILE], defaultFontFamily: FONT };
  const image = new Resvg(svgOf(drawing), { font, fitTo: { mode: 'zoom', value: ZOOM } }).render();
  return Uint8Array.from(image.asPng());
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
