import { join } from 'node:path';
import { causes } from '../../flows/incidents/causes.ts';
import { matchRunbooks, pageIn, readRunbooks } from '../agent/runbooks.ts';
import type { AgentRequest, Runbook } from '../agent/types.ts';
import type { Config } from '../config.ts';
import type { Views } from '../conversations/ports.ts';
import { ROOT } from './ground.ts';

/** All runbooks: the house's, and the team's own, of which one of the same name takes the place of the house's. Throws RunbookError. */
export function openRunbooks({
  DATA_DIR,
  RUNBOOKS_DIR = join(DATA_DIR, 'runbooks'),
}: Pick<Config, 'DATA_DIR' | 'RUNBOOKS_DIR'>): Runbook[] {
  return readRunbooks([join(ROOT, 'runbooks'), RUNBOOKS_DIR], new Set(Object.keys(causes)));
}

/** The pages that an investigation is given as advice: by what the rules found, and by the words of the question. */
export function runbooksFor(runbooks: readonly Runbook[]) {
  return ({ question, pack }: Pick<AgentRequest, 'question' | 'pack'>): Runbook[] =>
    matchRunbooks(runbooks, { causes: pack?.findings.map(({ cause }) => cause) ?? [], text: question });
}

/** The view `copilot_runbooks`: the pages that fit some words, and what pages there are, in the asker's language as far as they are written in it. */
export function createRunbookViews(runbooks: readonly Runbook[]): Views {
  return {
    async copilot_runbooks({ text }, { language }) {
      const about = (runbook: Runbook) => {
        const { name, title } = runbook;
        return { name, title: title[language], when: pageIn(runbook, language).when };
      };
      const matches = matchRunbooks(runbooks, { text: String(text ?? '') });
      return {
        ok: true,
        data: {
          matches: matches.map((one) => ({ ...about(one), ...pageIn(one, language) })),
          all: runbooks.map(about),
        },
      };
    },
  };
}
