import type { Rule } from '../rule.ts';
import { oomKilled } from './oom-killed.ts';

/** Every rule, one line each, in the order of the list of causes. */
export const rules: readonly Rule[] = [
  // memory and CPU
  oomKilled,
  // start
  // configuration
  // probes
  // scheduling
  // storage
  // admission and quota
  // services and routing
  // dependencies
  // workloads
  // nodes and control plane
];
