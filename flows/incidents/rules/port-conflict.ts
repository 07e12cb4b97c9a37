import { objectLine, podRef } from '../lines.ts';
import {
  type Clue,
  endLine,
  type Failure,
  failureRule,
  readFailingLog,
  readingLine,
  saidAbout,
} from '../looks/failures.ts';
import { matchOf } from '../looks/log-signatures.ts';

const RUNTIME = /(?:bind|listen|expose port|hostport).{0,300}address already in use|port is already allocated/i;

/** A program cannot listen because its port is taken: by another container of the pod, by the node, or by itself. */
export const portConflict = failureRule('PortConflict', async (scene, failure) => {
  const neighbours = neighbourLine(failure);
  const refused = saidAbout(scene, failure).find(({ text }) => RUNTIME.test(text));
  if (refused)
    return { confidence: 'proven', params: { port: portIn(refused.text) }, evidence: [refused.line, neighbours] };
  if (!failure.end || failure.end.exitCode === 0) return undefined;
  const reading = await readFailingLog(scene, failure);
  if (!reading) return declaredTwice(failure);
  const match = matchOf(reading, 'port-in-use');
  if (!match || (reading.cause && reading.cause.kind !== 'port-in-use')) return undefined;
  const isShared = failure.pod.spec.containers.length > 1 || failure.pod.spec.hostNetwork === true;
  return {
    confidence: isShared ? 'proven' : 'likely',
    params: { port: match.port ?? '–' },
    evidence: [readingLine(reading, match.line), neighbours],
  };
});

/** Without a log: two containers of the pod declare the same port, and one of them fails. */
function declaredTwice(failure: Failure): Clue | undefined {
  const { pod, container, init, end } = failure;
  if (init || end?.exitCode === 137) return undefined;
  const others = pod.spec.containers.filter(({ name }) => name !== container.name).flatMap(({ ports }) => ports);
  const shared = container.ports.find((port) =>
    others.some((one) => one.containerPort === port.containerPort && one.protocol === port.protocol),
  );
  if (!shared) return undefined;
  return {
    confidence: 'likely',
    params: { port: shared.containerPort },
    evidence: [neighbourLine(failure), endLine(failure)],
  };
}

const portIn = (text: string): string => /:(\d{2,5})\b/.exec(text)?.[1] ?? '–';

function neighbourLine({ pod }: Failure) {
  const { containers, hostNetwork } = pod.spec;
  const ports = containers.map(
    ({ name, ports }) =>
      `${name}: ${ports.map((one) => one.hostPort ?? one.containerPort).join(', ') || 'none declared'}`,
  );
  return objectLine(podRef(pod), `${hostNetwork ? 'hostNetwork=true; ' : ''}ports of ${ports.join('; ')}`);
}
