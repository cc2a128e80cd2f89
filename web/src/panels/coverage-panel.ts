import type { AlignmentSummary } from '#architectures/family';
import { residueLabel } from '../molecule/molecule.js';
import { h } from '../page/dom.js';
import { onSettings } from '../page/settings.js';
import type { Panel, PanelContext } from './panel.js';
import { coverageColour } from './ramps.js';

const HEIGHT = 240;
/** Room for the numbers of rows, CSS pixels. */
const AXIS = 44;

/**
 * What the model knew of relatives: rows sorted by identity to the sequence, closest at the top, gaps white; over them a line,
 * the number of rows that have a residue at each position.
 */
export function coveragePanel(context: PanelContext, alignment: AlignmentSummary): Panel {
  const { molecule } = context.result;
  const { numRows, effectiveNumber, depth } = alignment;
  const picture = pictureOf(alignment);
  const canvas = h('canvas', {
    class: 'coverage',
    role: 'img',
    'aria-label': `Coverage: ${numRows} rows; ${Math.min(...depth)} to ${Math.max(...depth)} of them at each residue`,
  });
  const readout = h('p', { class: 'readout' });
  const draw = (): void => {
    drawCoverage(canvas, picture, { depth, residue: context.selection.state.hovered });
  };
  const follow = (): void => {
    const { hovered } = context.selection.state;
    readout.textContent =
      hovered === null
        ? ''
        : `${residueLabel(molecule, hovered)}: ${depth[hovered] ?? 0} of ${numRows} rows`;
    draw();
  };
  canvas.addEventListener('pointermove', ({ clientX }) => {
    const box = canvas.getBoundingClientRect();
    const share = (clientX - box.left - AXIS) / (box.width - AXIS);
    const residue = Math.floor(share * depth.length);
    context.selection.hover(residue >= 0 && residue < depth.length ? residue : null);
  });
  canvas.addEventListener('pointerleave', () => {
    context.selection.hover(null);
  });
  const resize = new ResizeObserver(draw);
  resize.observe(canvas);
  const stops = [context.selection.subscribe(follow), onSettings(draw)];
  return {
    element: h(
      'figure',
      {},
      h('figcaption', {}, 'Alignment: where the model had relatives to learn from'),
      h(
        'p',
        {},
        `${numRows} ${numRows === 1 ? 'row' : 'rows'}, as much as ${effectiveNumber.toFixed(1)} unlike ones (below 80 % identity).`,
      ),
      canvas,
      readout,
      h(
        'p',
        { class: 'hint' },
        'Each line of the picture is a row or several alike, sorted by identity to the sequence: purple is close, yellow far, white a gap. The black line counts the rows at each residue. Fewer than about 30 rows rarely suffice.',
      ),
    ),
    dispose: () => {
      resize.disconnect();
      for (const stop of stops) stop();
    },
  };
}

/** One pixel for each residue and band. */
function pictureOf({ bands, depth }: AlignmentSummary): HTMLCanvasElement {
  const picture = h('canvas', { width: depth.length, height: Math.max(1, bands.length) });
  const image = new ImageData(picture.width, picture.height);
  bands.forEach(({ identity, covered }, band) => {
    const [red, green, blue] = coverageColour(identity);
    covered.forEach((share, residue) => {
      const colour = [red, green, blue, Math.round((255 * share) / 100)];
      image.data.set(colour, 4 * (band * depth.length + residue));
    });
  });
  picture.getContext('2d')?.putImageData(image, 0, 0);
  return picture;
}

function drawCoverage(
  canvas: HTMLCanvasElement,
  picture: HTMLCanvasElement,
  { depth, residue }: { readonly depth: readonly number[]; readonly residue: number | null },
): void {
  const [width, ratio] = [canvas.clientWidth, Math.min(2, devicePixelRatio)];
  const paper = canvas.getContext('2d');
  if (width === 0 || !paper) return;
  canvas.width = Math.round(width * ratio);
  canvas.height = Math.round(HEIGHT * ratio);
  paper.setTransform(ratio, 0, 0, ratio, 0, 0);
  paper.imageSmoothingEnabled = false;
  paper.fillStyle = '#fff'; // gaps are white in both themes, as everywhere in the field
  paper.fillRect(AXIS, 0, width - AXIS, HEIGHT);
  paper.drawImage(picture, AXIS, 0, width - AXIS, HEIGHT);
  const most = Math.max(1, ...depth);
  const style = getComputedStyle(canvas);
  paper.fillStyle = style.getPropertyValue('--ink-soft');
  paper.font = '10.5px system-ui, sans-serif';
  paper.textAlign = 'right';
  paper.fillText(String(most), AXIS - 6, 10);
  paper.fillText('0', AXIS - 6, HEIGHT - 2);
  const xOf = (index: number): number => AXIS + ((width - AXIS) * (index + 0.5)) / depth.length;
  paper.strokeStyle = '#000';
  paper.lineWidth = 1.8;
  paper.beginPath();
  depth.forEach((rows, index) => {
    paper.lineTo(xOf(index), HEIGHT - 1 - ((HEIGHT - 3) * rows) / most);
  });
  paper.stroke();
  if (residue === null) return;
  paper.strokeStyle = style.getPropertyValue('--pick');
  paper.lineWidth = 1.5;
  paper.beginPath();
  paper.moveTo(xOf(residue), 0);
  paper.lineTo(xOf(residue), HEIGHT);
  paper.stroke();
}
