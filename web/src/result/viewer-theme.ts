import type { ViewerTheme } from '../viewer/viewer.js';

/** The viewer's share of the page's theme, read from its CSS variables. */
export function viewerTheme(element: Element): ViewerTheme {
  const style = getComputedStyle(element);
  const read = (name: string): string => style.getPropertyValue(name).trim();
  return { background: read('--canvas'), outline: read('--outline'), accent: read('--pick') };
}
