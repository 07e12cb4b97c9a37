import { controlPlane } from './catalogue/control-plane.ts';
import { nodes } from './catalogue/nodes.ts';
import { capacity, cost, coverage, rightsize, security, storage } from './catalogue/others.ts';
import { workloads } from './catalogue/workloads.ts';
import type { Signal } from './signal.ts';

/** Every signal that is asked of Prometheus, by category. */
export const catalogue: readonly Signal[] = [
  ...controlPlane,
  ...nodes,
  ...workloads,
  ...storage,
  ...security,
  ...coverage,
  ...capacity,
  ...cost,
  ...rightsize,
];

/** Whether a signal says that something is wrong; others are only input to advice. */
export const isScored = ({ levels, category }: Signal): boolean => levels.length > 0 && category !== 'cost';

/** One signal by its code. */
export const signalOf = (code: string): Signal | undefined => catalogue.find((signal) => signal.code === code);
