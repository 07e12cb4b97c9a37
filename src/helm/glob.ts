/** Patterns of paths, as Go reads them. */

/** As filepath.Match; `**` and `{a,b}` as well where it is `wide`. https://pkg.go.dev/path/filepath#Match https://pkg.go.dev/github.com/gobwas/glob */
export function globOf(glob: string, isWide: boolean): RegExp {
  let source = '';
  for (let index = 0; index < glob.length; index += 1) {
    const character = glob[index] ?? '';
    const end = character === '[' ? glob.indexOf(']', index + 2) : -1;
    if (character === '*') {
      const isDouble = isWide && glob[index + 1] === '*';
      source += isDouble ? '.*' : '[^/]*';
      if (isDouble) index += 1;
    } else if (character === '?') source += '[^/]';
    else if (end > 0) {
      source += `[${glob
        .slice(index + 1, end)
        .replaceAll(/[\\[\]]/g, '\\$&')
        .replace(/^!/, '^')}]`;
      index = end;
    } else if (isWide && (character === '{' || character === '}' || (character === ',' && glob.includes('{'))))
      source += { '{': '(?:', ',': '|', '}': ')' }[character] ?? '';
    else if (character === '\\' && index + 1 < glob.length) {
      index += 1;
      source += escaped(glob[index] ?? '');
    } else source += escaped(character);
  }
  return new RegExp(`^(?:${source})$`, 's');
}

const escaped = (character: string) => character.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&');
