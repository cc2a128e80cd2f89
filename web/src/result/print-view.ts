import { h } from '../page/dom.js';
import { printTheme } from '../page/settings.js';
import type { Viewer } from '../viewer/viewer.js';

/** Pixels of a printed picture: 300 to the inch on a page. */
const SIZE = { width: 2000, height: 1200 };

/**
 * A picture for paper in place of the 3D view, which browsers do not print; made when the page is about to be printed.
 *
 * @param viewer absent where there is no WebGL
 */
export function printView(viewer: Viewer | undefined): {
  readonly element: HTMLElement;
  readonly dispose: () => void;
} {
  const element = h('img', { class: 'print-picture', alt: 'The predicted structure' });
  const prepare = (): void => {
    printTheme(true); // the viewer takes its colours from the page
    if (viewer) element.src = viewer.stage.pictureUrl(SIZE.width, SIZE.height);
  };
  const restore = (): void => {
    printTheme(false);
  };
  addEventListener('beforeprint', prepare);
  addEventListener('afterprint', restore);
  return {
    element,
    dispose: () => {
      removeEventListener('beforeprint', prepare);
      removeEventListener('afterprint', restore);
    },
  };
}
