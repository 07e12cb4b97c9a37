import type { Program } from './program.ts';

/** What a few words of shell do: enough for `sh -c "echo …; sleep 5; exit 1"`. Undefined for what is not understood. */
export function shellEnd(command: readonly string[], args: readonly string[]): Program['ends'] | 'forever' | undefined {
  const words = [...command, ...args];
  const [first = ''] = words;
  const shell = /(^|\/)(sh|bash|ash)$/.test(first);
  const script = shell && words[1] === '-c' ? words.slice(2).join(' ') : words.join(' ');
  if (words.length === 0 || (shell && words[1] !== '-c')) return undefined;
  if (/\bwhile\s+(true|:)|sleep\s+(infinity|inf)\b|tail -f|\bpause\b/.test(script)) return 'forever';
  return runLines(script.split(/\s*(?:;|&&|\n)\s*/).filter(Boolean));
}

function runLines(steps: readonly string[]): Program['ends'] | undefined {
  const end = { afterSeconds: 0.5, exitCode: 0, lines: [] as string[] };
  let understood = false;
  for (const step of steps) {
    const [name = '', ...rest] = step.trim().split(/\s+/);
    if (name === 'sleep') end.afterSeconds += Number.parseFloat(rest[0] ?? '0') || 0;
    else if (name === 'echo')
      end.lines.push(
        rest
          .join(' ')
          .replaceAll(/^["']|["']$/g, '')
          .replace(/\s*>&2$/, ''),
      );
    else if (name === 'exit') return { ...end, exitCode: Number(rest[0] ?? 0) || 0 };
    else if (name === 'false') end.exitCode = 1;
    else if (name === 'true') end.exitCode = 0;
    else return understood ? end : undefined;
    understood = true;
  }
  return end;
}
