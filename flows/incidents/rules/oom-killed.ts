import type { Verdict } from '../finding.ts';
import { objectLine, podRef, symptomOf } from '../lines.ts';
import type { Workload } from '../owners.ts';
import { containersOf, isFailing, lastTermination } from '../pods.ts';
import { memoryText, parseQuantity } from '../quantity.ts';
import type { Rule } from '../rule.ts';

/** The kernel killed a container at its own memory limit, and it has not got over it. */
export const oomKilled: Rule = {
  cause: 'OOMKilled',
  async examine(scene) {
    return scene.workloads.flatMap((workload) =>
      workload.template.containers.flatMap(({ name }) => verdictFor(workload, name, scene.now) ?? []),
    );
  },
};

function verdictFor(workload: Workload, name: string, now: number): Verdict | undefined {
  const killed = workload.pods.flatMap((pod) =>
    containersOf(pod).flatMap(({ container, status, init }) => {
      const end = status && !init && isFailing(status, now) ? lastTermination(status) : undefined;
      return container.name === name && status && end?.reason === 'OOMKilled' ? [{ pod, container, status, end }] : [];
    }),
  );
  const [first] = killed;
  if (!first) return undefined;
  const limit = first.container.resources.limits.memory;
  const bytes = parseQuantity(limit);
  return {
    cause: 'OOMKilled',
    confidence: limit === undefined ? 'likely' : 'proven',
    object: workload.ref,
    since: Math.min(...killed.map(({ end }) => end.startedAt ?? end.finishedAt ?? now)),
    params: { container: name, limit: limit ?? '–' },
    symptoms: killed.map(({ pod }) => symptomOf(pod)),
    evidence: killed
      .slice(0, 3)
      .flatMap(({ pod, status, end }) => [
        objectLine(
          podRef(pod),
          `container ${name}: lastState.terminated.reason=OOMKilled exitCode=${end.exitCode}, ${status.restartCount} restarts`,
          end.finishedAt,
        ),
        objectLine(podRef(pod), `container ${name}: resources.limits.memory=${limit ?? 'none'}`),
      ]),
    remedies:
      limit === undefined || bytes === undefined
        ? []
        : [
            {
              id: 'raise-memory-limit',
              target: workload.ref,
              container: name,
              from: limit,
              to: memoryText(bytes * 2),
            },
          ],
  };
}
