import { join } from 'node:path';
import { createAnalysis, type RunAnalysis } from '../analysis/run.ts';
import type { Config } from '../config.ts';
import { ROOT } from './ground.ts';

/** The shipped analyses and the operator's own, run in the Python that the settings name. */
export function openAnalysis({
  DATA_DIR,
  ANALYSES_DIR = join(DATA_DIR, 'analyses'),
  PYTHON,
}: Pick<Config, 'DATA_DIR' | 'ANALYSES_DIR' | 'PYTHON'>): RunAnalysis {
  return createAnalysis({
    folder: join(ROOT, 'analysis'),
    ownFolder: ANALYSES_DIR,
    ...(PYTHON !== undefined && { python: PYTHON }),
  });
}
