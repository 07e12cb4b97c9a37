import type { Container, Probe } from '../kinds.ts';
import type { LogLines } from '../scene.ts';

/** The port a probe asks, as it is written. */
export function portOf({ httpGet, tcpSocket, grpc }: Probe): number | string | undefined {
  return httpGet?.port ?? tcpSocket?.port ?? grpc?.port;
}

/** The number of the port a probe asks; undefined for exec probes and for a name that the container has no port of. */
export function portNumber({ ports }: Container, probe: Probe): number | undefined {
  const port = portOf(probe);
  if (port === undefined) return undefined;
  const number = Number(port);
  return Number.isInteger(number) ? number : ports.find(({ name }) => name === port)?.containerPort;
}

/** TCP ports that a container says it has. It need not say any. */
export function declaredPorts({ ports }: Container): number[] {
  return ports.filter(({ protocol }) => protocol === 'TCP').map(({ containerPort }) => containerPort);
}

const LINES = 400;
const LISTENS =
  /listen|serving|\bserver\b.{0,40}\b(?:start|run|up)|started\b|running\b|bound to|accept\w{0,5} .{0,20}connections|waiting for connections|ready for connections|now available/i;
const NOT_OWN = /connect(?:ed|ing) to|upstream|proxying|forwarding|failed|error|refused/i;
const PORT =
  /(?:(?:\d{1,3}\.){3}\d{1,3}|\]|\*|[a-z]|(?:^|[\s"'(]))(:)(\d{2,5})(?![\d:.])|\bport(?:\(s\))?["']?[ :=]{1,3}["']?(\d{2,5})\b|\blisten(?:ing|s)? (?:on|at) (\d{2,5})\b/gi;

/** The ports a program says it listens on; those of the machine itself, 127.0.0.1, are left out: nobody else gets in there. */
export function listeningPorts({ lines }: LogLines): number[] {
  const looked = lines.length > 2 * LINES ? [...lines.slice(0, LINES), ...lines.slice(-LINES)] : lines;
  const found = looked.flatMap((line) => {
    const text = line.slice(0, 500);
    if (!LISTENS.test(text) || NOT_OWN.test(text) || /\b127\.0\.0\.1|\blocalhost\b/.test(text)) return [];
    return [...text.matchAll(PORT)].map(([, , afterColon, afterWord, alone]) =>
      Number(afterColon ?? afterWord ?? alone),
    );
  });
  return [...new Set(found)].filter((port) => port >= 80 && port <= 65_535);
}
