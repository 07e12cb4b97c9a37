import type { Remedy, RemedyId } from './remedy.ts';

const RISK: Record<RemedyId, 'low' | 'medium' | 'high'> = {
  'raise-memory-limit': 'low',
  'raise-cpu-limit': 'low',
  'set-image': 'medium',
  'roll-back': 'medium',
  restart: 'low',
  'scale-workload': 'low',
  'scale-node-pool': 'medium',
  'fix-probe': 'low',
  'fix-service-selector': 'medium',
  'fix-service-port': 'medium',
  'set-config-key': 'medium',
  uncordon: 'low',
  'drain-node': 'high',
  'expand-volume': 'medium',
  'remove-finalizer': 'high',
};

/** How much harm a remedy can do when the diagnosis is wrong. */
export function riskOf({ id }: Remedy): 'low' | 'medium' | 'high' {
  return RISK[id];
}
