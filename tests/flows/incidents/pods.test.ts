import { describe, expect, test } from 'vitest';
import { readObject } from '../../../flows/incidents/kinds.ts';
import { isFailing } from '../../../flows/incidents/pods.ts';
import { containerStatus, NOW, pod, running, terminated, waiting } from './objects.ts';

const HOUR = 60;
const DAY = 24 * HOUR;

function failing(status: Parameters<typeof containerStatus>[0]): boolean {
  const read = readObject('Pod', pod('prod/app-1', { statuses: [containerStatus(status)] }));
  const [only] = read?.status.containerStatuses ?? [];
  if (!only) throw new Error('no status');
  return isFailing(only, NOW);
}

describe('a container', () => {
  test.each([
    ['that waits in an error', { state: waiting('CrashLoopBackOff') }, true],
    ['that is just being created', { state: waiting('ContainerCreating') }, false],
    ['that ended badly', { state: terminated(1) }, true],
    ['that completed', { state: terminated(0) }, false],
    [
      'that came back a minute ago from its third bad end',
      { state: running(1), lastState: terminated(1), restartCount: 3 },
      true,
    ],
    [
      'that has run for an hour since',
      { state: running(61), lastState: terminated(1, { endedAgo: 61 }), restartCount: 3 },
      false,
    ],
    ['that restarted once', { state: running(1), lastState: terminated(137), restartCount: 1 }, false],
    [
      'that ran for days until a reboot',
      { state: running(10), lastState: terminated(137, { endedAgo: 10, lasted: 5 * DAY }), restartCount: 2 },
      false,
    ],
    [
      'whose machine was restarted',
      { state: running(2), lastState: terminated(255, { reason: 'Unknown', lasted: 30 }), restartCount: 6 },
      false,
    ],
  ])('%s: in trouble is %s', (_sentence, status, expected) => {
    expect(failing(status)).toBe(expected);
  });
});
