import type { Colours } from './shared/curves.js';

/** How pictures look: the console's colours, one font, and measures in units of the drawing. */

/** The name by which the font of `assets/fonts` calls itself. */
export const FONT = 'Noto Sans SC Thin';
export const WIDTH = 880;
export const TEXT = { fontSize: 12.5, fontFamily: FONT };
/** Where the chart stands; `height` is that of curves and upright bars. */
export const PLOT = { top: 92, height: 290, left: 62, right: 24 };

/** The colours of the console: `css/tokens.css` and `css/card.css`. */
export const COLOURS = {
  light: {
    series: ['#3f5fd8', '#0d8a6f', '#a14fc4', '#b86a00', '#0a7fae', '#6a7080'],
    limit: '#bd2c2c',
    title: '#15171c',
    text: '#565c69',
    line: '#e5e7ec',
    surface: '#ffffff',
  },
  dark: {
    series: ['#8fa9ff', '#4fd1b0', '#cf9be6', '#eab566', '#6cc5ea', '#a3a9b6'],
    limit: '#f28b87',
    title: '#eceef2',
    text: '#a0a6b3',
    line: '#24262e',
    surface: '#15161b',
  },
} satisfies Record<string, PictureColours>;

export type PictureColours = Colours & { title: string };

/** How far the chart keeps from the picture's upper and lower edge. */
export interface Edges {
  top: number;
  bottom: number;
}
