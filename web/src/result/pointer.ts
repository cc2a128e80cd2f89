import type { Viewer } from '../viewer/viewer.js';

/** What the pointer did on the canvas; `atom` is null where nothing is drawn. */
export interface PointerEvents {
  readonly onHover: (atom: number | null, at: { x: number; y: number }) => void;
  readonly onClick: (atom: number | null, isAdding: boolean) => void;
  readonly onDoubleClick: (atom: number | null) => void;
}

/** A press that moves farther than this turns the molecule, CSS pixels. */
const CLICK_SLACK = 4;

/** Turns pointer movements over a viewer into hovers and clicks on atoms. */
export function watchPointer(viewer: Viewer, events: PointerEvents) {
  const canvas = viewer.stage.renderer.domElement;
  let pressed: { x: number; y: number } | null = null;
  let isPending = false;
  const placeOf = (event: MouseEvent): { x: number; y: number } => {
    const box = canvas.getBoundingClientRect();
    return { x: event.clientX - box.left, y: event.clientY - box.top };
  };
  canvas.addEventListener('pointermove', (event) => {
    if (event.buttons !== 0 || isPending) return;
    isPending = true; // at most one look a frame
    const at = placeOf(event);
    requestAnimationFrame(() => {
      isPending = false;
      if (canvas.isConnected) events.onHover(viewer.pick(at.x, at.y), at);
    });
  });
  canvas.addEventListener('pointerleave', (event) => {
    events.onHover(null, placeOf(event));
  });
  canvas.addEventListener('pointerdown', (event) => {
    pressed = event.button === 0 ? placeOf(event) : null;
  });
  canvas.addEventListener('pointerup', (event) => {
    const at = placeOf(event);
    const isClick = pressed && Math.hypot(at.x - pressed.x, at.y - pressed.y) < CLICK_SLACK;
    pressed = null;
    if (isClick)
      events.onClick(viewer.pick(at.x, at.y), event.shiftKey || event.ctrlKey || event.metaKey);
  });
  canvas.addEventListener('dblclick', (event) => {
    const at = placeOf(event);
    events.onDoubleClick(viewer.pick(at.x, at.y));
  });
}
