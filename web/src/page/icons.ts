import { svg } from './dom.js';

/** Paths on a 24 × 24 grid, drawn as lines. */
const PATHS = {
  reset:
    'M4 9V4h5M20 15v5h-5M4.6 4.6 10 10M19.4 19.4 14 14M20 9V4h-5M4 15v5h5M19.4 4.6 14 10M4.6 19.4 10 14',
  spin: 'M20 12a8 8 0 1 1-2.3-5.7M20 3v4h-4',
  fullscreen: 'M4 9V4h5M15 4h5v5M20 15v5h-5M9 20H4v-5',
  measure: 'M3 16 16 3l5 5L8 21zM7 12l2 2M10 9l3 3M13 6l2 2',
  picture: 'M4 5h16v14H4zM4 16l5-5 4 4 3-3 4 4M15.5 9.5h.01',
  download: 'M12 4v11M7 11l5 5 5-5M5 20h14',
  link: 'M9 15l6-6M10 6l1-1a4.2 4.2 0 0 1 6 6l-1 1M14 18l-1 1a4.2 4.2 0 0 1-6-6l1-1',
  clear: 'M6 6l12 12M18 6 6 18',
  theme: 'M20 14.5A8 8 0 1 1 9.5 4a6.5 6.5 0 0 0 10.5 10.5z',
  help: 'M9.2 9a2.9 2.9 0 1 1 4 2.7c-.8.4-1.2 1-1.2 1.9v.4M12 17.5h.01',
  focus: 'M12 8v8M8 12h8M4 8V4h4M16 4h4v4M20 16v4h-4M8 20H4v-4',
  depth: 'M12 3l8 4.5v9L12 21l-8-4.5v-9zM12 12l8-4.5M12 12v9M12 12 4 7.5',
} as const;

/** One of the page's icons; decorative, so name the button that holds it. */
export function icon(name: keyof typeof PATHS): SVGSVGElement {
  return svg(
    'svg',
    { class: 'icon', viewBox: '0 0 24 24', 'aria-hidden': 'true' },
    svg('path', { d: PATHS[name] }),
  );
}
