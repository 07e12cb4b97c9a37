import { objectLine, podRef } from '../lines.ts';
import { type Failure, failureRule, readFailingLog, readingLine, saidAbout } from '../looks/failures.ts';
import { type LogMatch, type LogReading, matchOf } from '../looks/log-signatures.ts';

const RUNTIME =
  /exec: "[^"]{1,250}": permission denied|exec [^ ]{1,250}: (?:permission denied|operation not permitted)|chdir to cwd .{1,250}permission denied|mkdir(?:at)? .{1,250}: (?:read-only file system|permission denied)|mounting .{1,300}read-only file system/i;

/** The program may not do what it tries with a file, a volume or a low port, and ends for it. */
export const permissionDenied = failureRule('PermissionDenied', async (scene, failure) => {
  const rights = objectLine(podRef(failure.pod), `container ${failure.container.name}: ${rightsOf(failure)}`);
  const refused = saidAbout(scene, failure).find(({ text }) => RUNTIME.test(text));
  if (refused) {
    const what = /"([^"]{1,250})"/.exec(refused.text.slice(Math.max(0, refused.text.search(RUNTIME))))?.[1];
    return { confidence: 'proven', params: { what: what ?? '–' }, evidence: [refused.line, rights] };
  }
  if (!failure.end || failure.end.exitCode === 0) return undefined;
  const reading = await readFailingLog(scene, failure);
  const match = reading && endedFor(reading);
  if (!reading || !match) return undefined;
  const what = match.file ?? (match.port ? `port ${match.port}` : '–');
  return {
    confidence: match === reading.cause ? 'proven' : 'likely',
    params: { what },
    evidence: [readingLine(reading, match.line), rights],
  };
});

/** A refusal that ended the run, not one that it got over. */
function endedFor(reading: LogReading): LogMatch | undefined {
  const match = matchOf(reading, 'permission-denied', 'file-system-read-only');
  if (!match) return undefined;
  if (reading.cause)
    return ['permission-denied', 'file-system-read-only'].includes(reading.cause.kind) ? reading.cause : undefined;
  return reading.decisive === undefined && match.fromEnd < 5 ? match : undefined;
}

function rightsOf({ pod, container: { securityContext: own } }: Failure): string {
  const { securityContext: all } = pod.spec;
  const rights = {
    runAsUser: own?.runAsUser ?? all?.runAsUser,
    runAsGroup: own?.runAsGroup ?? all?.runAsGroup,
    fsGroup: all?.fsGroup,
    runAsNonRoot: own?.runAsNonRoot ?? all?.runAsNonRoot,
    readOnlyRootFilesystem: own?.readOnlyRootFilesystem,
  };
  const set = Object.entries(rights).filter(([, value]) => value !== undefined);
  return set.length > 0 ? set.map(([name, value]) => `${name}=${value}`).join(' ') : 'no securityContext';
}
