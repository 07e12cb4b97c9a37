import type { Translate } from '../../../src/chat/messages.ts';
import type { Language, LocalText } from '../../../src/chat/types.ts';
import type { Advice, Gate } from '../../../src/health/types.ts';
import type { ContainerUsage, UsageSketches } from '../../../src/health/usage/types.ts';
import type { Skipped } from './advise.ts';
import type { ContainerChange } from './change.ts';
import { GATES, type GateId } from './gates.ts';
import { MiB } from './size.ts';
import type { Resize } from './workload.ts';

type Words = Record<Language, Translate>;
type Params = Record<string, string | number>;

/** Examples that a gate of the summary names. */
const EXAMPLES = 3;

const say = (words: Words, key: string, params: Params = {}): LocalText => ({
  en: words.en(key, params),
  zh: words.zh(key, params),
});

const lines = (texts: readonly LocalText[]): LocalText => ({
  en: texts.map(({ en }) => en).join('\n'),
  zh: texts.map(({ zh }) => zh).join('\n'),
});

/** As Kubernetes writes it. */
const cpuText = (millicores: number): string => `${Math.ceil(millicores)}m`;
const memoryText = (bytes: number): string => `${Math.ceil(bytes / MiB)}Mi`;

/** A workload's new sizes as advice. */
export function adviceOf(resize: Resize, words: Words): Advice {
  const { candidate, changes, target, freed } = resize;
  const { kind, namespace, name } = candidate.workload;
  return {
    id: `resize:${namespace}/${kind}/${name}`,
    kind: 'resize',
    title: titleOf(resize, words),
    text: lines([...changes.flatMap((change) => changeLines(change, words)), ...noteLines(resize, words)]),
    freed,
    verdict: 'SAFE',
    gates: passedGates(resize, words),
    evidence: changes.flatMap(({ name: container }) => evidenceOf(candidate.usage.get(container))),
    proposal: {
      kind: 'resize',
      object: { kind, namespace, name },
      containers: changes.map(({ name: container, cpu, memory }) => ({
        name: container,
        requests: { ...(cpu && { cpu: cpuText(cpu.to) }), ...(memory && { memory: memoryText(memory.to) }) },
        limits: memory ? { memory: memoryText(memory.limitTo) } : {},
      })),
      ...(target && { autoscaler: { name: target.name, cpuTarget: target.to } }),
    },
  };
}

function titleOf({ candidate: { workload }, freed, isShort }: Resize, words: Words): LocalText {
  const object = `${workload.namespace}/${workload.name}`;
  const amounts = { object, cpu: cpuText(Math.abs(freed.cpu)), memory: memoryText(Math.abs(freed.memory)) };
  if (isShort) return say(words, 'rightsizing.title.short', amounts);
  const [cpu, memory] = [Math.sign(freed.cpu), Math.sign(freed.memory)];
  if (cpu * memory < 0) return say(words, 'rightsizing.title.both', { ...amounts, cpuWay: cpu < 0 ? 'more' : 'less' });
  const parts = cpu !== 0 && memory !== 0 ? 'all' : cpu !== 0 ? 'cpu' : 'memory';
  return say(words, cpu + memory < 0 ? 'rightsizing.title.more' : 'rightsizing.title.less', { ...amounts, parts });
}

function changeLines({ name, cpu, memory }: ContainerChange, words: Words): LocalText[] {
  const from = (value: number | undefined, text: (value: number) => string) =>
    value === undefined ? '-' : text(value);
  const changed = (what: string, before: string, after: string) =>
    say(words, 'rightsizing.change', { container: name, what, from: before, to: after });
  return [
    ...(cpu ? [changed('cpu', from(cpu.from, cpuText), cpuText(cpu.to))] : []),
    ...(memory ? [changed('memory', from(memory.from, memoryText), memoryText(memory.to))] : []),
    ...(memory && memory.limitFrom !== memory.limitTo
      ? [changed('limit', from(memory.limitFrom, memoryText), memoryText(memory.limitTo))]
      : []),
  ];
}

function noteLines({ notes, target, qos, critical, growing, scalesByMemory }: Resize, words: Words): LocalText[] {
  const kinds = [...new Set(notes.map(({ note }) => note))];
  const holders = (note: string) => notes.filter((one) => one.note === note).map(({ container }) => container);
  return [
    ...(target ? [say(words, 'rightsizing.hpa', { name: target.name, from: target.from, to: target.to })] : []),
    ...kinds.map((note) => say(words, `rightsizing.note.${note}`, { containers: holders(note).join(', ') })),
    ...(growing.length > 0 ? [say(words, 'rightsizing.growing', { containers: growing.join(', ') })] : []),
    ...(scalesByMemory ? [say(words, 'rightsizing.scales-by-memory')] : []),
    ...(qos.before === qos.after ? [] : [say(words, 'rightsizing.qos', qos)]),
    ...(critical ? [say(words, 'rightsizing.critical')] : []),
  ];
}

function passedGates({ candidate }: Resize, words: Words): Gate[] {
  const known = [...candidate.usage.values()];
  const least = (of: (usage: ContainerUsage) => number) => Math.min(...known.map(of));
  const params = {
    days: least(({ days }) => Math.min(14, days.length)),
    percent: Math.floor(least(({ samples, presence }) => Math.min(samples, presence)) * 1000) / 10,
    podDays: Math.floor(least(({ podDays }) => podDays)),
  };
  return GATES.map((id) => ({ id, state: 'passed', text: say(words, `rightsizing.passed.${id}`, params) }));
}

function evidenceOf(usage: ContainerUsage | undefined): Advice['evidence'] {
  if (!usage) return [];
  const { container, cpu, memory, days, podDays } = usage;
  const span = `${days.at(0)?.date} to ${days.at(-1)?.date}, ${Math.floor(podDays)} pod-days`;
  const used = `CPU p95 ${cpuText(cpu.p95)}, p99 ${cpuText(cpu.p99)}, median of pods' p99 ${cpuText(cpu.podP99)}, max ${cpuText(cpu.max)}`;
  const kills = days.reduce((sum, { oomKills }) => sum + oomKills, 0);
  const held = `memory p95 ${memoryText(memory.p95)}, peak ${memoryText(memory.peak)}, ${kills} OOM kills`;
  return [{ source: 'usage', text: `${container}: ${span}: ${used}; ${held}` }];
}

/** One piece of advice for all that get none: how many, for which reasons, and what the list leaves out. */
export function summaryOf(
  { skipped, more, usage }: { skipped: readonly Skipped[]; more: readonly Resize[]; usage: UsageSketches },
  words: Words,
): Advice {
  const gates = GATES.flatMap((id) => gateOf(id, skipped, words));
  const [most] = [...gates].sort((a, b) => countOf(b.id, skipped) - countOf(a.id, skipped));
  const freed = {
    cpu: more.reduce((sum, one) => sum + one.freed.cpu, 0),
    memory: more.reduce((sum, one) => sum + one.freed.memory, 0),
  };
  const rest = { count: more.length, cpu: cpuText(freed.cpu), memory: memoryText(freed.memory) };
  return {
    id: 'resize:skipped',
    kind: 'resize',
    title: say(words, 'rightsizing.skipped.title', { count: skipped.length, more: more.length }),
    text: lines([
      ...gates.map(({ text }) => text),
      ...(more.length > 0 ? [say(words, 'rightsizing.skipped.more', rest)] : []),
    ]),
    ...(more.length > 0 && { freed }),
    verdict: 'UNKNOWN',
    ...(most && { gate: most.id }),
    gates,
    evidence: [{ source: 'usage', text: `${usage.days} days, the last of them ${usage.lastDay ?? 'unknown'}` }],
  };
}

const countOf = (id: string, skipped: readonly Skipped[]): number => skipped.filter(({ gate }) => gate === id).length;

function gateOf(id: GateId, skipped: readonly Skipped[], words: Words): Gate[] {
  const own = skipped.filter(({ gate }) => gate === id);
  const [first] = own;
  if (!first) return [];
  const names = own.slice(0, EXAMPLES).map(({ namespace, name }) => `${namespace}/${name}`);
  const reason = say(words, `rightsizing.failed.${id}`);
  const text = (language: Language) =>
    words[language]('rightsizing.skipped.reason', {
      count: own.length,
      reason: reason[language],
      examples: names.join(', '),
      others: own.length - names.length,
    });
  const state = own.some((one) => one.state === 'failed') ? 'failed' : 'unknown';
  return [{ id, state, text: { en: text('en'), zh: text('zh') } }];
}
