import type { Viewer } from '../viewer/viewer.js';

const [TURN, NEARER, FARTHER] = [0.12, 0.88, 1.14];
/** How far Alt and an arrow turn the molecule: right and down, radians. */
const TURNS: Readonly<Record<string, readonly [number, number]>> = {
  ArrowLeft: [-TURN, 0],
  ArrowRight: [TURN, 0],
  ArrowUp: [0, -TURN],
  ArrowDown: [0, TURN],
};
const ZOOMS: Readonly<Record<string, number>> = { '+': NEARER, '=': NEARER, '-': FARTHER };

/** What keys ask of the pane around the viewer. */
export interface KeyCommands {
  readonly spin: () => void;
  readonly measure: () => void;
  readonly help: () => void;
}

/**
 * Turns, zooms and commands by key; walking through residues is `walkByKey`.
 *
 * @returns whether the key was one of its own
 */
export function pressViewerKey(
  event: KeyboardEvent,
  viewer: Viewer,
  commands: KeyCommands,
): boolean {
  if (event.ctrlKey || event.metaKey) return false;
  const turn = event.altKey ? TURNS[event.key] : undefined;
  const zoom = ZOOMS[event.key];
  const named: Readonly<Record<string, () => void>> = {
    r: () => {
      viewer.resetView();
    },
    s: commands.spin,
    m: commands.measure,
    '?': commands.help,
  };
  const command = event.altKey ? undefined : named[event.key.toLowerCase()];
  if (turn) viewer.stage.orbit(...turn);
  else if (zoom !== undefined) viewer.stage.zoom(zoom);
  else if (command) command();
  else return false;
  return true;
}
