import { describe, expect, test } from 'vitest';
import { diagnose, investigation } from '../../../flows/incidents/flow.ts';
import { loadMessages } from '../../../src/chat/messages.ts';
import type { Answer, Command, Flow } from '../../../src/flow/kit.ts';
import { replay } from '../../../src/flow/replay.ts';

const words = loadMessages('templates/messages');
const target = {
  clusterId: 'c1',
  cluster: 'demo',
  environment: 'prod',
  namespace: 'prod',
  kind: 'Deployment',
  name: 'app',
};
const restart = { id: 'restart', target: { kind: 'Deployment', namespace: 'prod', name: 'app' } };
const found = {
  id: 'N1',
  ending: 'answered',
  claims: [{ text: 'It hangs', cites: ['E1'], standing: 'supported' }],
  evidence: [{ id: 'E1', source: 's', text: 't' }],
  remedies: [{ remedy: restart, why: 'it hangs' }],
};
const plan = {
  action: 'workload.restart',
  title: { en: 'Restart', zh: '重启' },
  why: { en: 'w', zh: 'w' },
  cluster: 'demo',
  environment: 'prod',
  steps: [{ id: 'change', title: { en: 'x', zh: 'x' }, tool: 'k8s_rollout', args: {}, expectMinutes: 1 }],
  verify: [],
  undo: [],
  undoMode: 'automatic',
  risk: 'medium',
  chosenBy: 'model',
  blastRadius: { objects: 1, text: { en: 'one', zh: '一' } },
};

interface World {
  target?: object;
  findings?: { confidence: string }[];
  investigate?: Answer;
  remedy?: Answer;
  answers?: ({ choice: string } | { text: string })[];
  outcome?: object;
}

const value = (given: unknown): Answer => ({ ok: true, value: JSON.parse(JSON.stringify(given)) });
const noModel: Answer = { ok: false, code: 'NO_MODEL', message: 'No language model is configured' };

function play(flow: Flow, text: string, world: World, known = {}): Command[] {
  const user = { platform: 'web' as const, tenant: 'console', id: 'ann' };
  const run = replay(flow, known, { t: words.en, language: 'en', user, startedAt: 0, text }, []);
  const answers = [...(world.answers ?? [])];
  const findings = world.findings ?? [];
  const reads: Record<string, Answer> = {
    copilot_find: value({ kind: 'one', target: world.target ?? target }),
    copilot_diagnose: value({
      incidents: findings.map((_, n) => `I-${n}`),
      percent: 100,
      unknown: [],
      pack: { evidence: [], findings, unknown: [] },
    }),
    copilot_incident_list: value({
      items: [{ ...target, id: 'I-7K3F', what: 'x', state: 'open', severity: 'critical' }],
    }),
    copilot_remedy: world.remedy ?? value({ kind: 'plan', plan, blocks: [{ type: 'text', markdown: 'because' }] }),
  };
  const commands: Command[] = [];
  for (let position = run.position(); position.kind === 'asks'; ) {
    const { command } = position;
    commands.push(command);
    const answer = (): Answer => {
      if (command.verb === 'read') return reads[command.tool] ?? { ok: false, code: 'NO', message: command.tool };
      if (command.verb === 'investigate') return world.investigate ?? value(found);
      if (command.verb === 'ask') return value(answers.shift());
      if (command.verb === 'propose') return value(world.outcome ?? { kind: 'succeeded', taskId: 'T-1', results: {} });
      return value(null);
    };
    position = run.answer(answer());
  }
  expect(run.position()).toEqual({ kind: 'finished' });
  return commands;
}

const verbs = (commands: Command[]) => commands.map(({ verb }) => verb);
const said = (commands: Command[]) => commands.flatMap((one) => (one.verb === 'say' ? [one.message.key] : []));

describe('a diagnosis', () => {
  test('that proves a cause asks no model', () => {
    const commands = play(diagnose, 'why is app down?', {
      findings: [{ confidence: 'symptom' }, { confidence: 'proven' }],
    });
    expect(verbs(commands)).not.toContain('investigate');
  });

  test.each([
    ['only symptoms', [{ confidence: 'symptom' }]],
    ['nothing', []],
  ])('that finds %s lets a model look further, with what was found', (_what, findings) => {
    const commands = play(diagnose, 'why is app down?', { findings, answers: [{ choice: 'none' }] });
    const [asked] = commands.filter((one) => one.verb === 'investigate');
    expect(asked).toMatchObject({
      question: 'why is app down?',
      evidence: { purpose: 'incident', cluster: { id: 'c1', name: 'demo' }, pack: { findings } },
    });
    expect(verbs(commands)).not.toContain('propose');
  });

  test('of a whole cluster in which nothing is found stays with the rules', () => {
    const commands = play(diagnose, 'is anything wrong?', { target: { clusterId: 'c1', cluster: 'demo' } });
    expect(verbs(commands)).toEqual(['read', 'say', 'read', 'say']);
  });

  test('without a model is what it was, and no word is lost about it', () => {
    expect(said(play(diagnose, 'why is app down?', { investigate: noModel }))).toEqual([
      'incidents.flow.looking',
      'incidents.flow.healthy',
    ]);
    const spent: Answer = { ok: false, code: 'BUDGET', message: 'spent' };
    expect(said(play(diagnose, 'why is app down?', { investigate: spent }))).toContain('agent.going-without');
  });
});

describe('an investigation that was asked for', () => {
  test('goes on from any finding, and from the number of an incident', () => {
    const world = { findings: [{ confidence: 'proven' }], answers: [{ choice: 'none' }] };
    expect(verbs(play(investigation, 'investigate app', world))).toContain('investigate');
    const commands = play(investigation, 'investigate I-7K3F', world, { incident: 'I-7K3F' });
    expect(commands.find((one) => one.verb === 'investigate')).toMatchObject({
      question: 'investigate I-7K3F: Deployment prod/app (demo)',
    });
    expect(said(play(investigation, 'investigate I-0000', world, { incident: 'I-0000' }))).toEqual([
      'incidents.refused.not-open',
    ]);
  });

  test('says so where there is no model', () => {
    expect(said(play(investigation, 'investigate app', { investigate: noModel }))).toContain('agent.going-without');
  });

  test('offers what the model chose, and what a person picks becomes a plan with its grounds', () => {
    const commands = play(investigation, 'investigate app', { answers: [{ choice: '0' }] });
    const ask = commands.find((one) => one.verb === 'ask');
    expect(ask).toMatchObject({
      ask: {
        choices: [
          { id: '0', label: 'Restart · Deployment prod/app', hint: 'it hangs' },
          { id: 'none', label: 'None of these' },
        ],
      },
    });
    const read = commands.findLast((one) => one.verb === 'read');
    expect(read).toMatchObject({
      tool: 'copilot_remedy',
      args: {
        clusterId: 'c1',
        remedy: restart,
        question: 'investigate app',
        claims: found.claims,
        evidence: found.evidence,
      },
    });
    expect(commands.at(-1)).toMatchObject({ verb: 'propose', plan, blocks: [{ type: 'text', markdown: 'because' }] });
  });

  test.each([
    ['agent.remedy.refused', value({ kind: 'refused', why: { key: 'incidents.refused.no-limit', params: {} } })],
    ['agent.remedy.gitops', value({ kind: 'patch', owner: 'Helm x', patch: 'a: 1' })],
    ['agent.remedy.no-plan', { ok: false, code: 'NO_REMEDY', message: 'no' } as Answer],
  ])('says why there is no plan: %s', (key, remedy) => {
    const commands = play(investigation, 'investigate app', { remedy, answers: [{ choice: '0' }] });
    expect(said(commands).at(-1)).toBe(key);
    expect(verbs(commands)).not.toContain('propose');
  });
});
