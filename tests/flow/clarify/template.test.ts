import { describe, expect, test } from 'vitest';
import { ClarifyTemplateError, parseClarifyTemplate } from '../../../src/flow/clarify/template.ts';

const field = '{ id: size, type: integer, label: { en: Size, zh: 大小 }, question: { en: How big?, zh: 多大？ }';
const yaml = (rest: string, more = '') => `id: t\nversion: 1\nfields:\n  - ${field}${rest} }\n${more}`;

describe('a bad clarification template', () => {
  test.each([
    ['is not YAML', 'id: [', ''],
    ['has an unknown key', yaml(', colour: red'), 'fields.size'],
    ['has a broken pattern', yaml(", patterns: ['(']"), 'fields.size.patterns'],
    ['has a pattern that can take forever', yaml(", patterns: ['(a+)+b']"), 'fields.size.patterns'],
    ['depends on a field it does not have', yaml(', askIf: { field: colour, in: [red] }'), 'fields.size.askIf'],
    ['has a field twice', yaml('', `  - ${field} }`), 'fields.size.id'],
    ['has a choice field without choices', yaml('').replace('integer', 'choice'), 'fields.size.choices'],
    ['lacks a translation', yaml('').replace(', zh: 大小', ''), 'fields.size.label.zh'],
  ])('that %s is refused with its file and place', (_, text, place) => {
    const attempt = () => parseClarifyTemplate(text, 'templates/clarify/t.yaml');
    expect(attempt).toThrow(ClarifyTemplateError);
    expect(attempt).toThrow('templates/clarify/t.yaml');
    expect(attempt).toThrow(expect.objectContaining({ code: 'CLARIFY_TEMPLATE_INVALID', field: place }));
  });
});
