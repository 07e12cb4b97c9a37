/** A value is computed by one of these. `at` is its place in the text. */
export type Expression =
  | { kind: 'field'; names: readonly string[]; at: number }
  | { kind: 'variable'; name: string; slot: number; names: readonly string[]; at: number }
  | { kind: 'chain'; base: Expression; names: readonly string[]; at: number }
  | { kind: 'function'; name: string; at: number }
  | { kind: 'dot'; at: number }
  | { kind: 'nil'; at: number }
  | { kind: 'constant'; value: string | bigint | number | boolean; text: string; at: number }
  | Pipe;

/** `$x := a | b`: each command takes the value of the one before as its last argument. */
export interface Pipe {
  kind: 'pipe';
  variables: readonly { name: string; slot: number }[];
  /** `=` instead of `:=`. */
  assigns: boolean;
  commands: readonly Command[];
  at: number;
}

export interface Command {
  kind: 'command';
  /** At least one. */
  words: readonly Expression[];
  at: number;
}

export type Statement =
  | { kind: 'text'; text: string; at: number }
  | { kind: 'action'; pipe: Pipe; at: number }
  | {
      kind: 'if' | 'with' | 'range';
      pipe: Pipe;
      body: readonly Statement[];
      otherwise?: readonly Statement[];
      at: number;
    }
  | { kind: 'template'; name: string; pipe?: Pipe; at: number }
  | { kind: 'break' | 'continue'; at: number };

/** One template: a file, or a `define` of it. */
export interface Template {
  name: string;
  /** The file it stands in, and its text. */
  file: string;
  source: string;
  body: readonly Statement[];
  /** How many variables it holds at once; slot 0 is `$`. */
  slots: number;
}

/** Whether a template says nothing at all: such a one never replaces another. */
export function isEmpty(body: readonly Statement[]): boolean {
  return body.every((statement) => statement.kind === 'text' && statement.text.trim() === '');
}

/** A node as Go writes it back, for errors: `include "web.name" .`. */
export function nodeText(node: Expression | Command | Statement): string {
  switch (node.kind) {
    case 'field':
      return `.${node.names.join('.')}`;
    case 'variable':
      return [node.name, ...node.names].join('.');
    case 'chain':
      return `${operandText(node.base)}.${node.names.join('.')}`;
    case 'function':
      return node.name;
    case 'dot':
      return '.';
    case 'nil':
      return 'nil';
    case 'constant':
    case 'text':
      return node.text;
    case 'command':
      return node.words.map(operandText).join(' ');
    case 'pipe':
      return pipeText(node);
    case 'action':
      return `{{${pipeText(node.pipe)}}}`;
    case 'template':
      return `{{template ${JSON.stringify(node.name)}${node.pipe ? ` ${pipeText(node.pipe)}` : ''}}}`;
    case 'break':
    case 'continue':
      return `{{${node.kind}}}`;
    default:
      return `{{${node.kind} ${pipeText(node.pipe)}}}`;
  }
}

function operandText(node: Expression): string {
  return node.kind === 'pipe' ? `(${pipeText(node)})` : nodeText(node);
}

function pipeText(pipe: Pipe): string {
  const names = pipe.variables.map((variable) => variable.name).join(', ');
  const commands = pipe.commands.map(nodeText).join(' | ');
  return names ? `${names} ${pipe.assigns ? '=' : ':='} ${commands}` : commands;
}
