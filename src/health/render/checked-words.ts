import { figuresOf } from '../../chat/figures.ts';
import { isOrdinary } from '../../chat/ordinary-words.ts';
import { visibleText } from '../../chat/plain.ts';
import type { Language } from '../../chat/types.ts';
import type { Report } from '../types.ts';
import { summaryText } from './card.ts';
import type { ReportLook } from './look.ts';
import { reportText } from './text.ts';
import { summaryView } from './view.ts';

/**
 * Words that somebody else wrote about a report, such as a model: they may say it better, and nothing else. Every figure and every name
 * must be the report's, and a figure must belong to one of the names it stands with. What it cannot see is a false claim without figures
 * about things that are in the report.
 */

export type Checked = { ok: true } | { ok: false; why: string };

const MOST_CHARACTERS = 1200;
const MOST_LINES = 14;

/** Whether a text may be shown in the place of the report's own words. */
export function checkWords(text: string, report: Report, look: ReportLook): Checked {
  if (text.trim() === '' || text.length > MOST_CHARACTERS || text.trim().split('\n').length > MOST_LINES)
    return { ok: false, why: 'it is empty or too long' };
  if (visibleText(text) !== text) return { ok: false, why: 'it holds signs that cannot be seen' };
  const known = keptOf(report, look);
  for (const sentence of sentencesOf(text)) {
    const why = problemOf(sentence, known, look.language);
    if (why) return { ok: false, why };
  }
  return { ok: true };
}

/** One line of the report: what stands together there. */
interface Fact {
  figures: ReadonlySet<string>;
  names: ReadonlySet<string>;
}

interface Known {
  facts: Fact[];
  figures: ReadonlySet<string>;
  /** Names and words as they are written, and parts of paths. */
  runs: ReadonlySet<string>;
  /** Of the whole report: the score and its change may stand with any name. */
  general: ReadonlySet<string>;
  /** How many there are of each thing: they stand with no name but the cluster's. */
  counts: ReadonlySet<string>;
  cluster: string;
}

/** What is known of a report, by language and time zone: asked for again and again, worked out once. */
const kept = new WeakMap<Report, Map<string, Known>>();

function keptOf(report: Report, look: ReportLook): Known {
  const key = `${look.language} ${look.timeZone}`;
  const mine = kept.get(report) ?? new Map<string, Known>();
  const known = mine.get(key) ?? knownOf(report, look);
  kept.set(report, mine.set(key, known));
  return known;
}

function knownOf(report: Report, look: ReportLook): Known {
  const lines = [summaryText(report, look), reportText(report, look)].flatMap((text) => text.split('\n'));
  const facts = lines.map((line): Fact => {
    const { figures, rest } = figuresOf(line);
    return { figures: new Set(figures), names: new Set(runsOf(rest)) };
  });
  const { findings, advice, insights, unknown, window, cluster } = report;
  const counts = [findings, advice, insights, unknown].map((list) => `number:${list.length}`);
  const { coverage, delta } = summaryView(report, look);
  const general = [`${report.score} of 100`, coverage, delta ? `${delta.points}, ${delta.when}` : ''];
  return {
    facts,
    figures: new Set(facts.flatMap((fact) => [...fact.figures])),
    runs: new Set(facts.flatMap(({ names }) => [...names])),
    general: new Set(general.flatMap((text) => figuresOf(text).figures)),
    counts: new Set([...counts, `second:${Math.round((window.to - window.from) / 1000)}`]),
    cluster: cluster.name,
  };
}

function problemOf(sentence: string, known: Known, language: Language): string | undefined {
  const { figures, rest } = figuresOf(sentence);
  const sets = [known.figures, known.general, known.counts];
  const foreign = figures.find((figure) => !sets.some((set) => set.has(figure)));
  if (foreign) return `the figure ${foreign} is not in the report`;
  const runs = runsOf(rest);
  const stranger = runs.find((run) => !known.runs.has(run) && !isOrdinary(run, language));
  if (stranger) return `the name ${stranger} is not in the report`;
  // Ordinary words stand with anything; at the end of a path they are a name.
  const isName = (run: string) => !isOrdinary(run, language) || rest.includes(`/${run}`);
  const names = runs.filter((run) => known.runs.has(run) && isName(run));
  const loose = figures.find((figure) => !known.general.has(figure) && !belongs(figure, names, known));
  return loose && `the figure ${loose} does not belong to ${names.join(', ')}`;
}

function belongs(figure: string, names: string[], { facts, cluster }: Known): boolean {
  if (names.every((name) => name === cluster)) return true;
  return facts.some((fact) => fact.figures.has(figure) && names.some((name) => fact.names.has(name)));
}

/** Sentences end where a line does, or with a full stop that is none of a name or a figure. */
function sentencesOf(text: string): string[] {
  return text.split(/\n|(?<=[.!?])\s+|(?<=[。！？])/).filter((sentence) => sentence.trim() !== '');
}

/** Latin words, names and paths with their parts. */
function runsOf(text: string): string[] {
  const bare = text.replaceAll(/['’](?:s|t|re|ve|ll|d|m)\b/gi, '');
  const runs = bare.match(/[\p{Script=Latin}\p{N}_][\p{Script=Latin}\p{N}._/:@+-]*/gu) ?? [];
  return runs.flatMap((run) => {
    const name = run.replace(/[._/:@+-]+$/, '');
    return name.includes('/') ? [name, ...name.split('/').filter(Boolean)] : [name];
  });
}
