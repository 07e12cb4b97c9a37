import type { BarChart } from '../../chat/types.ts';

export declare function amountText(value: number, unit: BarChart['unit'], currency?: string): string;
export declare function stepOf(top: number, unit: BarChart['unit']): number;
export declare function scaleOf(
  bottom: number,
  top: number,
  unit: BarChart['unit'],
): { min: number; max: number; interval: number };
export declare function plain(text: string): string;
export declare function widthOf(text: string): number;
export declare function shortened(text: string, most: number): string;
