import { objectLine, podRef } from '../lines.ts';
import { type Failure, failureRule, readFailingLog, readingLine, saidAbout } from '../looks/failures.ts';
import { type LogMatch, type LogReading, matchOf } from '../looks/log-signatures.ts';
import type { Scene } from '../scene.ts';

const RUNTIME =
  /executable file .{0,250}not found in \$PATH|exec:? "?[^"]{1,250}"?:? ?(?:stat [^:]{1,250}: )?no such file or directory|exec [^ ]{1,250}: no such file or directory|exec: "[^"]{1,250}": is a directory|no command specified|No such file or directory: OCI runtime|chdir to cwd .{1,250}no such file or directory|not found in \$PATH/i;

/** The command of the container is not in its image: the runtime says so, or the shell does and the run ends with 127. */
export const commandNotFound = failureRule('CommandNotFound', async (scene, failure) => {
  const { container, end } = failure;
  const command = [...container.command, ...container.args].join(' ') || 'of the image';
  const asked = objectLine(podRef(failure.pod), `container ${container.name}: command ${command}`);
  const refused = saidAbout(scene, failure).find(({ text }) => RUNTIME.test(text));
  if (refused) return { confidence: 'proven', params: { command }, evidence: [refused.line, asked] };
  if (!end || end.exitCode === 0) return undefined;
  const reading = await readFailingLog(scene, failure);
  const match = reading && absentIn(reading, failure);
  if (reading && match)
    return { confidence: 'proven', params: { command }, evidence: [readingLine(reading, match.line), asked] };
  return end.exitCode === 127 && !(reading && reading.matches.length > 0)
    ? shellsWord(scene, failure, command)
    : undefined;
});

/** The log's last word is of a missing command; of a missing script or module only if it is what the container was told to run. */
function absentIn(reading: LogReading, { container, end }: Failure): LogMatch | undefined {
  const command = matchOf(reading, 'command-not-found');
  const said = command && command.fromEnd < 5 ? command : undefined;
  const told = [...container.command, ...container.args];
  if (said?.file && (end?.exitCode === 127 || told.some((word) => word.includes(said.file ?? '')))) return said;
  const file = matchOf(reading, 'command-not-found', 'missing-module', 'missing-file');
  const name = file?.file?.split('/').at(-1);
  return name && told.some((word) => word === name || word.endsWith(`/${name}`)) ? file : undefined;
}

/** 127 is what a shell ends with when it finds no command. */
function shellsWord(_: Scene, { pod, container, end }: Failure, command: string) {
  const text = `container ${container.name}: exitCode=${end?.exitCode} (127: command not found), command ${command}`;
  return {
    confidence: 'likely' as const,
    params: { command },
    evidence: [objectLine(podRef(pod), text, end?.finishedAt)],
  };
}
