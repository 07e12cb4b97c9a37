/** What is said at the pointer, drawn on the canvas like the rest: the other kind is HTML made of names. `said` gives its lines. */
export function tooltip(said, { colours: { surface, line, text: color }, text, pointer }) {
  const style =
    pointer === 'line' ? { lineStyle: { color, type: 'dotted' } } : { shadowStyle: { color, opacity: 0.08 } };
  return {
    trigger: 'axis',
    renderMode: 'richText',
    confine: true,
    backgroundColor: surface,
    borderColor: line,
    borderWidth: 1,
    padding: [7, 10],
    textStyle: { ...text, color, lineHeight: 18 },
    axisPointer: { type: pointer, ...style },
    formatter: (items) => said(items).map(plain).join('\n'),
  };
}

/** Without the signs that styled text on a canvas is written with. */
const plain = (text) => text.replace(/[{}|]/g, ' ');
