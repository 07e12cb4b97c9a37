import { join } from 'node:path';
import type { Page } from 'playwright-core';

const SHOTS = process.env.SHOTS;
const SIZES = [
  { width: 1280, height: 900 },
  { width: 390, height: 844 },
] as const;

/** `SHOTS=FOLDER` keeps pictures of the page as it is, wide and narrow, light and dark. Without it nothing happens. */
export async function pictures(page: Page, name: string): Promise<void> {
  if (!SHOTS) return;
  const before = page.viewportSize();
  for (const size of SIZES)
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.setViewportSize(size);
      await page.emulateMedia({ colorScheme });
      // What moves has arrived, and the page has been laid out anew.
      await page.evaluate('new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))');
      await page.screenshot({ path: join(SHOTS, `${name}-${size.width}-${colorScheme}.png`), animations: 'disabled' });
    }
  await page.emulateMedia({ colorScheme: null });
  if (before) await page.setViewportSize(before);
}
