/** @file What all figures share: pure functions from numbers to SVG text. */

export const INK = '#1b2733';
export const GREY = '#8a949e';
export const FAINT = '#dfe5ea';

/** A number as short as a picture needs it. */
export const number = (value: number): string => String(Number(value.toFixed(2)));

/** Text that is safe inside SVG. */
export const escapeText = (text: string): string =>
  text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;').replace(/"/g, '&quot;');

/** A whole picture on white. */
export function svgPage(
  { width, height }: { readonly width: number; readonly height: number },
  title: string,
  parts: readonly string[],
): string {
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" font-family="system-ui, sans-serif" fill="${INK}" role="img" aria-label="${escapeText(title)}">`,
    `<rect width="${width}" height="${height}" fill="#ffffff"/>`,
    ...parts,
    '</svg>\n',
  ].join('\n');
}
