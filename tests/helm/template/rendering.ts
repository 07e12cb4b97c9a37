import { parseTemplates, type TemplateOptions } from '../../../src/helm/template/templates.ts';
import type { TemplateValue } from '../../../src/helm/types.ts';

/** What one text writes for a dot, or `!` and the message of its error. */
export function rendered(text: string, dot: TemplateValue = {}, options: TemplateOptions = {}): string {
  try {
    return parseTemplates([{ name: 'x', text }], options).render('x', dot);
  } catch (error) {
    return `! ${error instanceof Error ? error.message : String(error)}`;
  }
}
