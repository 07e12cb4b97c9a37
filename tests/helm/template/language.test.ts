import { describe, expect, test } from 'vitest';
import { parseTemplates, TemplateError } from '../../../src/helm/template/templates.ts';

describe('the language', () => {
  test('a template writes its text and the values of its dot', () => {
    const templates = parseTemplates([{ name: 'web/templates/x.yaml', text: 'hello {{ .name }}' }]);
    expect(templates.render('web/templates/x.yaml', { name: 'world' })).toBe('hello world');
    expect(templates.has('web/templates/y.yaml')).toBe(false);
  });

  test('an error names the place and the code as Helm does', () => {
    const templates = parseTemplates([{ name: 'web/templates/x.yaml', text: 'a\n{{ .Values.a.b.c }}' }]);
    const render = () => templates.render('web/templates/x.yaml', { Values: { a: {} } });
    expect(render).toThrow(TemplateError);
    expect(render).toThrow(
      'template: web/templates/x.yaml:2:10: executing "web/templates/x.yaml" at <.Values.a.b.c>: nil pointer evaluating interface {}.c',
    );
  });
});
