import {
  container,
  containerStatus,
  deployment,
  event,
  pod,
  type Raw,
  running,
  terminated,
  waiting,
} from './objects.ts';

/** What the cases of probes share: a Deployment `prod/web` with one pod whose container is probed. */

export const web = { kind: 'Deployment', namespace: 'prod', name: 'web' };
export const httpGet = (port: number | string, path = '/healthz', more: Raw = {}): Raw => ({
  httpGet: { path, port, scheme: 'HTTP', ...more },
  periodSeconds: 10,
  failureThreshold: 3,
  timeoutSeconds: 1,
});
/** A container with port 8080 and these probes. */
export const probed = (probes: Raw, more: Raw = {}): Raw =>
  container({ ports: [{ name: 'http', containerPort: 8080 }], ...probes, ...more });

/** Killed by the kubelet again and again, each run after so many minutes. */
export function restarting(of: Raw, { lasted = 1, exitCode = 137 } = {}): Raw[] {
  return [
    ...deployment('prod/web', { ready: 0, containers: [of] }),
    pod('prod/web-1', {
      containers: [of],
      statuses: [
        containerStatus({
          state: waiting('CrashLoopBackOff', 'back-off 1m20s restarting failed container=app pod=web-1_prod'),
          lastState: terminated(exitCode, { reason: exitCode === 0 ? 'Completed' : 'Error', lasted }),
          restartCount: 6,
          ready: false,
        }),
      ],
    }),
  ];
}

/** Runs, started so long ago, and is not ready. */
export function unready(of: Raw, startedAgo = 30): Raw[] {
  return [
    ...deployment('prod/web', { ready: 0, containers: [of] }),
    pod('prod/web-1', {
      containers: [of],
      statuses: [containerStatus({ state: running(startedAgo), ready: false, started: true })],
    }),
  ];
}

/** As it should be. */
export function fine(of: Raw): Raw[] {
  return [...deployment('prod/web', { containers: [of] }), pod('prod/web-1', { containers: [of] })];
}

/** It was restarted some times, and has run well for hours. */
export function recovered(of: Raw): Raw[] {
  return [
    ...deployment('prod/web', { containers: [of] }),
    pod('prod/web-1', {
      containers: [of],
      statuses: [
        containerStatus({
          state: running(180),
          lastState: terminated(137, { endedAgo: 181, lasted: 1 }),
          restartCount: 4,
        }),
      ],
    }),
  ];
}

export const unhealthy = (message: string, more: Raw = {}): Raw =>
  event('Pod prod/web-1', 'Unhealthy', message, { count: 12, ...more });
export const killing = (probe = 'liveness', more: Raw = {}): Raw =>
  event('Pod prod/web-1', 'Killing', `Container app failed ${probe} probe, will be restarted`, {
    type: 'Normal',
    ...more,
  });
