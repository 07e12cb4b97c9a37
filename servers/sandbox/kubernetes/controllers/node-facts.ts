import type { Condition } from './kinds.ts';

/** What ACK keeps of a machine for the system. Rough: the real figures follow a table by size. */
export const RESERVED_CPU = (vcpu: number): number => Math.min(1, 0.08 + vcpu * 0.005);
export const RESERVED_MEMORY_KI = (memoryGiB: number): number => Math.round((0.7 + memoryGiB * 0.05) * 1024 * 1024);

interface Kind {
  type: string;
  good: [reason: string, message: string];
}

const PRESSURES: Kind[] = [
  { type: 'MemoryPressure', good: ['KubeletHasSufficientMemory', 'kubelet has sufficient memory available'] },
  { type: 'DiskPressure', good: ['KubeletHasNoDiskPressure', 'kubelet has no disk pressure'] },
  { type: 'PIDPressure', good: ['KubeletHasSufficientPID', 'kubelet has sufficient PID available'] },
];

/** The conditions of a node that is well. */
export function healthyConditions(at: string): Condition[] {
  const times = { lastHeartbeatTime: at, lastTransitionTime: at };
  return [
    {
      type: 'NetworkUnavailable',
      status: 'False',
      reason: 'RouteCreated',
      message: 'RouteController created a route',
      ...times,
    },
    ...PRESSURES.map(({ type, good: [reason, message] }) => ({
      type,
      status: 'False' as const,
      reason,
      message,
      ...times,
    })),
    { type: 'Ready', status: 'True', reason: 'KubeletReady', message: 'kubelet is posting ready status', ...times },
  ];
}
