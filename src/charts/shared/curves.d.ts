import type { EChartsOption } from 'echarts';
import type { Chart } from '../../chat/types.ts';

export declare const COLOURS: number;
export declare function amountText(value: number, unit: Chart['unit']): string;
export declare function stepOf(top: number, unit: Chart['unit']): number;
export declare function drawable(chart: Chart): Chart;
export declare function topOf(chart: Chart): number;
export declare function peakOf(points: readonly [number, number][]): number;
export declare function curveOption(chart: Chart, look: Look): EChartsOption;

interface Look {
  top: number;
  colours: { series: string[]; limit: string; text: string; line: string; surface: string };
  text: { fontSize: number; fontFamily: string };
  grid: { top: number; right: number; bottom: number; left: number };
  timeText(at: number): string;
}
