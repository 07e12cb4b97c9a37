import type { SceneEvent } from '../events.ts';
import type { ProbeName } from '../remedies/remedy.ts';

/** In which way a probe fails: what the kubelet saw, sorted by what it says about the probe. */
export type FailedBy =
  /** The probe names a port that the container does not have. */
  | 'named-port'
  /** Something answers, in another protocol. */
  | 'protocol'
  /** HTTP answered with this status. */
  | 'status'
  /** The command of an exec probe does not exist. */
  | 'command'
  | 'refused'
  | 'timeout'
  | 'closed'
  /** The program itself says that it is not well. */
  | 'unhealthy';

export interface ProbeFailure {
  probe: ProbeName;
  by: FailedBy;
  status?: number;
  message: string;
  event: SceneEvent;
}

const LONGEST = 2_000;
const NAMES: Record<string, ProbeName> = {
  Liveness: 'livenessProbe',
  Readiness: 'readinessProbe',
  Startup: 'startupProbe',
};
/** https://github.com/kubernetes/kubernetes/blob/master/pkg/kubelet/prober/prober.go */
const FORM = /^(Liveness|Readiness|Startup) probe (?:failed|errored)[^:]{0,80}:? ?/;

const SIGNS: readonly (readonly [FailedBy, RegExp])[] = [
  [
    'named-port',
    /couldn't find port|invalid port|strconv\.(?:Atoi|ParseInt)|unable to (?:find|resolve) port|named port/i,
  ],
  [
    'protocol',
    /malformed HTTP|gave HTTP response to HTTPS client|does not look like a TLS handshake|\btls: |malformed MIME|transport connection broken|error reading server preface|frame too large|does not implement the grpc health|unknown service grpc\.health|unexpected content-type|unexpected HTTP status code received|wrong version number|code = Unimplemented/i,
  ],
  ['status', /statuscode: \d{3}/],
  [
    'command',
    /executable file not found|exec: "[^"]{1,200}": (?:stat |no such)|: not found|no such file or directory/i,
  ],
  ['refused', /connection refused|no route to host/i],
  ['timeout', /Client\.Timeout|deadline exceeded|i\/o timeout|timed out|timeout:/i],
  ['closed', /\bEOF\b|connection reset|broken pipe|server closed/i],
];

/** Reads an `Unhealthy` event; undefined where it is something else. */
export function readFailure(event: SceneEvent): ProbeFailure | undefined {
  const message = event.message.slice(0, LONGEST);
  const form = FORM.exec(message);
  const probe = NAMES[form?.[1] ?? ''];
  if (!form || !probe) return undefined;
  const detail = message.slice(form[0].length);
  const by = SIGNS.find(([, sign]) => sign.test(detail))?.[0] ?? 'unhealthy';
  const status = Number(/statuscode: (\d{3})/.exec(detail)?.[1]);
  return { probe, by, ...(by === 'status' && { status }), message, event };
}

/** Whether the kubelet says that it restarted a container for a probe. */
export function killedFor({ reason, message }: SceneEvent): ProbeName | undefined {
  if (reason !== 'Killing') return undefined;
  const name = /failed (liveness|startup) probe/.exec(message)?.[1];
  return name === undefined ? undefined : name === 'startup' ? 'startupProbe' : 'livenessProbe';
}
