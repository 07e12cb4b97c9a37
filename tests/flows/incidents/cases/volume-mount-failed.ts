import type { CauseCase } from '../case.ts';
import { container, containerStatus, deployment, event, object, pod, terminated, waiting } from '../objects.ts';

const app = { kind: 'Deployment', namespace: 'prod', name: 'app' };
const mounting = container({ volumeMounts: [{ name: 'data', mountPath: '/data' }] });
const volumes = [{ name: 'data', nfs: { server: '10.9.0.5', path: '/exports/app' } }];
const ready = (count: number) => deployment('prod/app', { ready: count, containers: [mounting], podSpec: { volumes } });
const creating = pod('prod/app-1', {
  containers: [mounting],
  spec: { volumes },
  phase: 'Pending',
  statuses: [containerStatus({ state: waiting('ContainerCreating') })],
});
const up = pod('prod/app-1', { containers: [mounting], spec: { volumes } });
const NFS =
  'MountVolume.SetUp failed for volume "data" : mount failed: exit status 32\nMounting command: mount\nMounting arguments: -t nfs 10.9.0.5:/exports/app /var/lib/kubelet/pods/x/volumes/kubernetes.io~nfs/data\nOutput: mount.nfs: access denied by server while mounting 10.9.0.5:/exports/app';

export const volumeMountFailedCase: CauseCase = {
  cause: 'VolumeMountFailed',
  firing: {
    objects: [ready(0), creating, event('Pod prod/app-1', 'FailedMount', NFS, { count: 9 })],
    expect: { object: app, confidence: 'proven' },
  },
  healthy: { objects: [ready(1), up] },
  recovered: { objects: [ready(1), up, event('Pod prod/app-1', 'FailedMount', NFS, { minutesAgo: 70, count: 9 })] },
  nearest: {
    objects: [
      deployment('prod/app', {
        ready: 0,
        containers: [mounting],
        podSpec: { volumes: [{ name: 'data', configMap: { name: 'files' } }] },
      }),
      pod('prod/app-1', {
        containers: [mounting],
        spec: { volumes: [{ name: 'data', configMap: { name: 'files' } }] },
        phase: 'Pending',
        statuses: [containerStatus({ state: waiting('ContainerCreating') })],
      }),
      event(
        'Pod prod/app-1',
        'FailedMount',
        'MountVolume.SetUp failed for volume "data" : configmap "files" not found',
      ),
      event(
        'Pod prod/app-1',
        'FailedMount',
        'Unable to attach or mount volumes: unmounted volumes=[data], unattached volumes=[data]: timed out waiting for the condition',
      ),
    ],
    expect: { cause: 'ConfigMapMissing', object: app },
  },
  more: {
    'is a path of the node that is not what it should be': {
      objects: [
        ready(0),
        creating,
        event(
          'Pod prod/app-1',
          'FailedMount',
          'MountVolume.SetUp failed for volume "data" : hostPath type check failed: /srv/app is not a directory',
        ),
      ],
      expect: { cause: 'VolumeMountFailed', object: app, confidence: 'proven' },
    },
    'is a driver that the node does not have': {
      objects: [
        ready(0),
        creating,
        event(
          'Pod prod/app-1',
          'FailedMount',
          'MountVolume.MountDevice failed for volume "data" : kubernetes.io/csi: attacher.MountDevice failed to create newCsiDriverClient: driver name nfs.csi.k8s.io not found in the list of registered CSI drivers',
        ),
      ],
      expect: { cause: 'VolumeMountFailed', object: app, confidence: 'proven' },
    },
    'is a file that the runtime cannot mount on a directory': {
      objects: [
        deployment('prod/app', { ready: 0 }),
        pod('prod/app-1', {
          statuses: [
            containerStatus({
              state: waiting('CrashLoopBackOff', 'back-off 40s restarting failed container=app pod=app-1_prod'),
              lastState: terminated(128, {
                reason: 'StartError',
                message:
                  'failed to create containerd task: failed to create shim task: OCI runtime create failed: runc create failed: unable to start container process: error during container init: error mounting "/var/lib/kubelet/pods/x/volume-subpaths/c/app/0" to rootfs at "/etc/nginx/nginx.conf": mount src=/x, dst=/etc/nginx/nginx.conf: not a directory: unknown: Are you trying to mount a directory onto a file (or vice-versa)?',
              }),
              restartCount: 4,
            }),
          ],
        }),
      ],
      expect: { cause: 'VolumeMountFailed', object: app, confidence: 'proven' },
    },
    'is only likely where the kubelet says no more than that it waits': {
      objects: [
        ready(0),
        creating,
        event(
          'Pod prod/app-1',
          'FailedMount',
          'Unable to attach or mount volumes: unmounted volumes=[data], unattached volumes=[data]: timed out waiting for the condition',
        ),
      ],
      expect: { cause: 'VolumeMountFailed', object: app, confidence: 'likely' },
    },
    'is over once the image is pulled': {
      objects: [
        ready(0),
        creating,
        event('Pod prod/app-1', 'FailedMount', NFS, { minutesAgo: 20, count: 2 }),
        event('Pod prod/app-1', 'Pulling', 'Pulling image "registry.example.com/shop/app:1.4.2"', {
          minutesAgo: 15,
          type: 'Normal',
        }),
      ],
      expect: undefined,
    },
    'is a claim that does not exist': {
      objects: [
        deployment('prod/app', {
          ready: 0,
          containers: [mounting],
          podSpec: { volumes: [{ name: 'data', persistentVolumeClaim: { claimName: 'data' } }] },
        }),
        pod('prod/app-1', {
          containers: [mounting],
          spec: { volumes: [{ name: 'data', persistentVolumeClaim: { claimName: 'data' } }] },
          node: null,
        }),
        event(
          'Pod prod/app-1',
          'FailedScheduling',
          '0/1 nodes are available: persistentvolumeclaim "data" not found. preemption: 0/1 nodes are available: 1 Preemption is not helpful for scheduling.',
          { component: 'default-scheduler' },
        ),
      ],
      expect: { cause: 'VolumeMountFailed', object: app, confidence: 'proven' },
    },
    'is no fault while a Secret is being synced': {
      objects: [
        ready(0),
        creating,
        event(
          'Pod prod/app-1',
          'FailedMount',
          'MountVolume.SetUp failed for volume "data" : failed to sync secret cache: timed out waiting for the condition',
          { minutesAgo: 110 },
        ),
        object('v1', 'Namespace', 'prod'),
      ],
      expect: undefined,
    },
  },
};
