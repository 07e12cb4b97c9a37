import { objectLine } from '../lines.ts';
import { type Failure, failureRule, readFailingLog, readingLine, type Said, saidAbout } from '../looks/failures.ts';
import { pullFailureOf } from '../looks/image-pull.ts';
import { matchOf } from '../looks/log-signatures.ts';
import type { Scene } from '../scene.ts';

const FORMAT = /exec format error/i;
const SCRIPT = /\.(?:sh|py|rb|pl|js)\b/;
/** The script that the official images begin with: it names its interpreter, so that it is the interpreter that does not fit. */
const OFFICIAL = /\bdocker-entrypoint\.sh\b/;

/** The image has nothing for the node's processor: the registry says so, or the program cannot be executed there. */
export const imageArchMismatch = failureRule('ImageArchMismatch', async (scene, failure) => {
  const architecture = architectureOf(scene, failure);
  const node =
    architecture &&
    objectLine({ kind: 'Node', name: failure.pod.spec.nodeName ?? '' }, `nodeInfo.architecture=${architecture}`);
  const beside = node ? [node] : [];
  const params = { architecture: architecture ?? '–' };
  const pull = pullFailureOf(scene, failure);
  if (pull)
    return pull.trouble === 'platform'
      ? { confidence: 'proven', params, evidence: [pull.said.line, ...beside] }
      : undefined;
  const said = saidAbout(scene, failure).find(({ text }) => FORMAT.test(text)) ?? (await loggedBy(scene, failure));
  // A script without a first line that names its interpreter gives the same words.
  if (!said || (SCRIPT.test(said.text) && !OFFICIAL.test(said.text) && !isMixed(scene))) return undefined;
  return { confidence: isMixed(scene) ? 'proven' : 'likely', params, evidence: [said.line, ...beside] };
});

async function loggedBy(scene: Scene, failure: Failure): Promise<Said | undefined> {
  if (failure.end === undefined || failure.end.exitCode === 0) return undefined;
  const reading = await readFailingLog(scene, failure);
  const match = reading && matchOf(reading, 'exec-format');
  return match && match.fromEnd < 5 ? { text: match.line, line: readingLine(reading, match.line) } : undefined;
}

const architectureOf = ({ nodes }: Scene, { pod }: Failure) =>
  nodes.find(({ metadata }) => metadata.name === pod.spec.nodeName)?.status.nodeInfo.architecture;

/** Nodes of more than one kind of processor. */
function isMixed({ nodes }: Scene): boolean {
  return new Set(nodes.flatMap(({ status }) => status.nodeInfo.architecture ?? [])).size > 1;
}
