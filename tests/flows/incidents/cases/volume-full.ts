import type { CauseCase } from '../case.ts';
import {
  container,
  containerStatus,
  deployment,
  node,
  pod,
  type Raw,
  running,
  terminated,
  waiting,
} from '../objects.ts';
import { claim, data, storageClass, volume, withData } from '../storage-objects.ts';

const writer = container({ volumeMounts: [{ name: 'data', mountPath: '/data' }] });
const storage = (more: Raw = { allowVolumeExpansion: true }) => [
  storageClass('disk', more),
  claim('prod/data', { phase: 'Bound', spec: { volumeName: 'pv-1' } }),
  volume('pv-1', { claimRef: 'prod/data' }),
];
const crashing = pod('prod/app-1', {
  spec: withData,
  containers: [writer],
  statuses: [
    containerStatus({
      state: waiting('CrashLoopBackOff', 'back-off 5m0s restarting failed container=app'),
      lastState: terminated(1),
      restartCount: 6,
    }),
  ],
});
const healthyPod = pod('prod/app-1', { spec: withData, containers: [writer] });
const down = deployment('prod/app', { ready: 0, containers: [writer], podSpec: withData });
const up = deployment('prod/app', { containers: [writer], podSpec: withData });
const query = 'kubelet_volume_stats_available_bytes / kubelet_volume_stats_capacity_bytes < 0.03';
const metric = { namespace: 'prod', persistentvolumeclaim: 'data' };
const last = (line: string) => ({ 'prod/app-1/app': `starting\n${line}\n` });

export const volumeFullCase: CauseCase = {
  cause: 'VolumeFull',
  firing: {
    objects: [node('node-a'), storage(), down, crashing],
    logs: last('panic: write /data/wal/000123.log: no space left on device'),
    metrics: { [query]: [{ metric, points: [[1795608000, 0.001]] }] },
    expect: { object: data, confidence: 'proven', remedies: ['expand-volume'] },
  },
  healthy: { objects: [node('node-a'), storage(), up, healthyPod], metrics: {} },
  // It was full, was expanded, and the program came back.
  recovered: {
    objects: [
      node('node-a'),
      storage(),
      up,
      pod('prod/app-1', {
        spec: withData,
        containers: [writer],
        statuses: [
          containerStatus({
            state: running(240),
            lastState: terminated(1, { endedAgo: 241 }),
            restartCount: 6,
          }),
        ],
      }),
    ],
    logs: { 'prod/app-1/app.previous': 'panic: write /data/wal/000123.log: no space left on device' },
    metrics: {},
  },
  // The volume has room: it is the container's own disk that is full.
  nearest: {
    objects: [node('node-a'), storage(), down, crashing],
    logs: last('OSError: [Errno 28] No space left on device: /tmp/upload-1'),
    metrics: {},
    expect: { cause: 'DiskFullInApp', object: { kind: 'Deployment', namespace: 'prod', name: 'app' } },
  },
  more: {
    'by the figures alone, while everything still runs': {
      objects: [node('node-a'), storage({}), up, healthyPod],
      metrics: { [query]: [{ metric, points: [[1795608000, 0.004]] }] },
      expect: { cause: 'VolumeFull', object: data, confidence: 'proven' },
    },
    'by the log alone, without any figures': {
      objects: [node('node-a'), storage(), down, crashing],
      logs: last('FATAL: could not write to file "/data/pg_wal/xlogtemp.29": No space left on device'),
      expect: { cause: 'VolumeFull', object: data, confidence: 'proven' },
    },
    'by a critical alert, where there are no figures': {
      objects: [node('node-a'), storage(), up, healthyPod],
      alerts: [
        {
          labels: {
            alertname: 'KubePersistentVolumeFillingUp',
            severity: 'critical',
            namespace: 'prod',
            persistentvolumeclaim: 'data',
          },
          annotations: {},
        },
      ],
      expect: { cause: 'VolumeFull', object: data, confidence: 'likely' },
    },
  },
};
