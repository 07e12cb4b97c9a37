import type { EChartsOption } from 'echarts';
import type { BarChart } from '../../chat/types.ts';
import type { Colours } from './curves.js';

export type DrawableBars = BarChart & { left: number };

export declare function drawableBars(chart: BarChart, others: string): DrawableBars;
export declare function barWords(chart: BarChart): string[];
export declare function areUpright(chart: BarChart): boolean;
export declare function barsHeight(chart: BarChart, upright: number): number;
export declare function barOption(chart: BarChart, look: Look): EChartsOption;

interface Look {
  colours: Colours;
  text: { fontSize: number; fontFamily: string };
  grid: { top: number; right: number; bottom: number; left: number };
  room: number;
}
