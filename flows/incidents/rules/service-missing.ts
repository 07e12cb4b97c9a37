import { type EvidenceLine, type ObjectRef, refKey, refText, type Verdict } from '../finding.ts';
import { objectLine, podRef, symptomOf } from '../lines.ts';
import { addressesIn, behindName, targetOf } from '../looks/addresses.ts';
import { type Complaint, complaintsOf } from '../looks/complaints.ts';
import { environmentOf } from '../looks/env.ts';
import { type Reading, readings } from '../looks/readings.ts';
import type { Rule } from '../rule.ts';
import type { Scene } from '../scene.ts';

interface Absent {
  service: ObjectRef;
  workload: ObjectRef;
  reading: Reading;
  lines: EvidenceLine[];
  isSaid: boolean;
}

/** A workload runs and its clients name a Service of its name, in their logs or their environment, and there is no such Service. */
export const serviceMissing: Rule = {
  cause: 'ServiceMissing',
  async examine(scene) {
    const complaints = await complaintsOf(scene);
    const found = [...complaints.flatMap((one) => fromLog(scene, one)), ...(await fromEnvironment(scene, complaints))];
    return [...Map.groupBy(found, ({ service }) => refKey(service)).values()].flatMap(verdictOf);
  },
};

function fromLog(scene: Scene, { target, reading, line }: Complaint): Absent[] {
  const workload = target.kind === 'missing' ? behindName(scene, target) : undefined;
  if (target.kind !== 'missing' || !workload || !runs(scene, workload)) return [];
  const service = { kind: 'Service', namespace: target.namespace, name: target.name };
  return [{ service, workload, reading, lines: [line], isSaid: true }];
}

const runs = (scene: Scene, ref: ObjectRef): boolean => (scene.workload(ref)?.pods.length ?? 0) > 0;

/** An address in an environment alone tells where the program fails, or where its log cannot be read. */
async function fromEnvironment(scene: Scene, complaints: readonly Complaint[]): Promise<Absent[]> {
  const found: Absent[] = [];
  for (const reading of await readings(scene)) {
    const { workload, container, pod, why, log } = reading;
    const namespace = workload.ref.namespace ?? 'default';
    const isSuspect = log === undefined || why === 'failing' || why === 'not-ready';
    for (const address of addressesIn(await environmentOf(scene, namespace, container))) {
      const target = await targetOf(scene, namespace, address);
      const served = target.kind === 'missing' ? behindName(scene, target) : undefined;
      if (target.kind !== 'missing' || !served || !runs(scene, served)) continue;
      const said = complaints.find(({ reading: by, match }) => by === reading && match.line.includes(target.name));
      if (!said && !isSuspect) continue;
      const { setting, host, port } = address;
      const text = `container ${container.name}: ${setting.name} names ${port === undefined ? host : `${host}:${port}`}`;
      const service = { kind: 'Service', namespace: target.namespace, name: target.name };
      const lines = [objectLine(podRef(pod), text), ...(said ? [said.line] : [])];
      found.push({ service, workload: served, reading, lines, isSaid: said !== undefined });
    }
  }
  return found;
}

function verdictOf(all: readonly Absent[]): Verdict[] {
  const [first] = all;
  if (!first) return [];
  const { service, workload } = first;
  const clients = [...new Map(all.map(({ reading }) => [refKey(reading.workload.ref), reading])).values()];
  return [
    {
      cause: 'ServiceMissing',
      confidence: all.some(({ isSaid }) => isSaid) ? 'proven' : 'likely',
      object: service,
      params: { workload: refText(workload), clients: clients.map(({ workload: { ref } }) => ref.name).join(', ') },
      evidence: [
        objectLine(service, `not found, while ${refText(workload)} runs`),
        ...new Map(all.flatMap(({ lines }) => lines).map((line) => [line.text, line])).values(),
      ].slice(0, 6),
      symptoms: clients.map(({ pod }) => symptomOf(pod)),
      explains: clients.map(({ workload: { ref } }) => ref),
    },
  ];
}
