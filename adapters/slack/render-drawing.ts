import { controlsOf } from '../../src/chat/blocks.ts';
import type { Outgoing } from '../../src/chat/types.ts';
import { CONTROL_ROOM, OPENER_ROOM } from './render-controls.ts';
import type { Drawing, RenderOptions } from './render-shapes.ts';

/** A message before anything of it is drawn. */
export function startDrawing({ card, language }: Outgoing, options: RenderOptions): Drawing {
  const folds = card?.blocks.filter(({ type }) => type === 'details').length ?? 0;
  const forms = card ? controlsOf(card).filter(({ type }) => type === 'inputs').length : 0;
  return {
    t: options.translate[language],
    kinds: options.charts === 'native' ? 'all' : 'settled',
    timeZone: options.timeZone ?? 'UTC',
    card: { id: card?.id ?? '', rev: card?.rev ?? 0, closed: card?.closed ?? false },
    files: [],
    pictures: [],
    tables: 0,
    charts: 0,
    controls: 0,
    room: CONTROL_ROOM,
    kept: (folds + forms) * OPENER_ROOM,
  };
}
