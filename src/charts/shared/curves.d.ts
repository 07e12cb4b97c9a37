import type { EChartsOption } from 'echarts';
import type { Chart } from '../../chat/types.ts';

export declare const COLOURS: number;
export declare function drawable(chart: Chart): Chart;
export declare function topOf(chart: Chart): number;
export declare function peakOf(points: readonly [number, number | null][]): number;
export declare function lastOf(points: readonly [number, number | null][]): number;
export declare function curveOption(chart: Chart, look: Look): EChartsOption;

export interface Colours {
  series: string[];
  limit: string;
  text: string;
  line: string;
  surface: string;
}

interface Look {
  top: number;
  colours: Colours;
  text: { fontSize: number; fontFamily: string };
  grid: { top: number; right: number; bottom: number; left: number };
  timeText(at: number): string;
}
