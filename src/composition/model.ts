import { randomUUID } from 'node:crypto';
import { type Budget, createBudget } from '../agent/budget.ts';
import { createModel, type Model, type ModelSettings } from '../agent/model.ts';
import { usageSpec } from '../agent/records.ts';
import type { Config } from '../config.ts';
import type { Redactor } from '../tools/redaction.ts';
import type { Ground } from './ground.ts';

/** The endpoint and the models of the settings; undefined where none is set. */
export function modelSettings(config: Config): ModelSettings | undefined {
  const { LLM_BASE_URL, LLM_API_KEY, LLM_MODEL, LLM_SMALL_MODEL, LLM_PRICES, LLM_TIMEOUT_SECONDS } = config;
  if (!LLM_BASE_URL || !LLM_MODEL) return undefined;
  return {
    baseUrl: LLM_BASE_URL,
    apiKey: LLM_API_KEY,
    main: LLM_MODEL,
    small: LLM_SMALL_MODEL ?? LLM_MODEL,
    timeoutMs: LLM_TIMEOUT_SECONDS * 1000,
    prices: LLM_PRICES,
  };
}

/** The model of the settings, and what an agent needs to go on by itself: one budget pays for both. */
export interface OpenModel extends Model {
  settings: ModelSettings;
  budget: Budget;
}

/** The model of the settings with its budget; undefined where none is set. It loads nothing and connects to nothing before a question. */
export function openModel(ground: Ground, redactor: Pick<Redactor, 'object'>): OpenModel | undefined {
  const settings = modelSettings(ground.config);
  if (!settings) return undefined;
  const budget = budgetOf(ground);
  return { ...createModel(settings, { budget, redactor, newMark: randomUUID }), settings, budget };
}

/** The budget of the settings, kept in the store. */
function budgetOf({ config, store, clock, onError }: Ground): Budget {
  return createBudget({
    rows: store.collection(usageSpec),
    limits: {
      user: { calls: config.LLM_USER_CALLS_PER_DAY, tokens: config.LLM_USER_TOKENS_PER_DAY },
      conversation: {
        calls: config.LLM_CONVERSATION_CALLS_PER_DAY,
        tokens: config.LLM_CONVERSATION_TOKENS_PER_DAY,
      },
      all: {
        calls: config.LLM_CALLS_PER_DAY,
        tokens: config.LLM_TOKENS_PER_DAY,
        ...(config.LLM_MONEY_PER_DAY !== undefined && { money: config.LLM_MONEY_PER_DAY }),
      },
    },
    timeZone: config.TIMEZONE,
    clock,
    onError: (error) => onError(error, 'model budget'),
  });
}
