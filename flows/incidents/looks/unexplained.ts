import { lastTermination } from '../pods.ts';
import type { Scene } from '../scene.ts';
import { judge } from './probe-judgement.ts';
import { probeTroubles } from './probes.ts';
import type { Reading } from './readings.ts';

/** Ends that tell their own story: killed from outside, never begun, a command that does not run, a crash of the machine code. */
const TELLING = new Set([125, 126, 127, 128, 132, 134, 135, 136, 137, 139, 143]);

/** A program in trouble that neither its log nor its end nor a probe explains: then what it was started with may. */
export async function isUnexplained(scene: Scene, { why, status, reading, workload }: Reading): Promise<boolean> {
  if (why !== 'failing' && why !== 'not-ready') return false;
  if (reading && (reading.cause !== undefined || reading.matches.length > 0)) return false;
  const end = status && lastTermination(status);
  if (why === 'failing' && end && (end.reason === 'OOMKilled' || TELLING.has(end.exitCode))) return false;
  const troubles = (await probeTroubles(scene)).filter((one) => one.workload === workload);
  return troubles.every((trouble) => ['not-ready', undefined].includes(judge(trouble)?.is));
}
