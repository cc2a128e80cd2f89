import { gunzip, isGzip } from '#gzip/gunzip';
import scores from '../../../data/gallery/scores.json';
import { ApiError } from '#client/index';
import { h } from '../page/dom.js';
import type { Page } from '../page/page.js';
import { failurePage } from '../result/failure-page.js';
import { readResult } from '../data/result.js';
import { resultView } from '../result/result-view.js';
import type { GalleryFile, ShownScores } from './gallery-file.js';
import { LESSONS, type Lesson } from './lessons.js';
import { scoreStrips } from './score-strips.js';

/** Addresses of the files of `data/gallery/`, none of which is fetched before it is wanted. */
const FILES = import.meta.glob<string>('../../../data/gallery/*.json.gz', {
  query: '?url',
  import: 'default',
  eager: true,
});
/** More than any example takes, unpacked. */
const MOST_BYTES = 10_000_000;
const SCORES: Readonly<Record<string, ShownScores>> = scores;

/** Address of the gallery, or of one of its examples. */
const galleryUrl = (id = ''): string => `/?gallery=${id}`;

function card({ id, title, experiment, template, lesson }: Lesson): HTMLElement {
  const shown = SCORES[id]!;
  const from = template ? `folded after PDB ${template.pdb}` : 'folded from its sequence alone';
  const figures = [
    `${shown.plddtPerResidue.length} residues, ${from}`,
    `pLDDT ${shown.meanPlddt.toFixed(0)}, pTM ${shown.ptm.toFixed(2)}`,
    `TM-score ${shown.tmScore.toFixed(2)}, lDDT ${shown.lddt.toFixed(2)}`,
  ];
  return h(
    'li',
    { class: 'card' },
    h('h2', {}, h('a', { href: galleryUrl(id), 'data-route': true }, title)),
    h('p', { class: 'hint' }, `${experiment.protein}. ${figures.join(' · ')}.`),
    scoreStrips(shown),
    h('p', {}, lesson),
  );
}

const INTRODUCTION =
  'Each example is a protein whose structure is known and which the model had not seen in training. The upper strip is what ' +
  'the model believes of each residue (pLDDT), the lower one what the experiment says of it (lDDT): where the colours agree, ' +
  'the confidence was right. Open an example to see both structures, superposed.';

const OTHER_MODELS =
  'All were folded by codonfold-small, the model that comes with codonfold. ESMFold, AlphaFold 2 and OpenFold are right far ' +
  'more often; their weights are installed separately, in the form’s list of models, so none of their predictions is shown here.';

/** The page at `/?gallery=`. */
export function galleryPage(): Page {
  const element = h(
    'div',
    { class: 'gallery' },
    h('h1', {}, 'Learn to read confidence'),
    h('p', { class: 'prose' }, INTRODUCTION),
    h('ul', {}, ...LESSONS.map(card)),
    h('p', { class: 'hint prose' }, OTHER_MODELS),
  );
  return { title: 'Gallery · codonfold', element, dispose: () => undefined };
}

function lessonNote({ id, title, lesson }: Lesson): HTMLElement {
  const place = LESSONS.findIndex((each) => each.id === id);
  const next = LESSONS[place + 1];
  return h(
    'section',
    { class: 'lesson', 'aria-label': 'Lesson' },
    h('p', {}, h('b', {}, `${title}. `), lesson),
    h(
      'div',
      { class: 'actions' },
      h('a', { class: 'button', href: galleryUrl(), 'data-route': true }, 'Gallery'),
      next &&
        h('a', { class: 'button', href: galleryUrl(next.id), 'data-route': true }, 'Next example'),
    ),
  );
}

async function fetchExample(id: string): Promise<GalleryFile> {
  const url = FILES[`../../../data/gallery/${id}.json.gz`];
  const response = url === undefined ? undefined : await fetch(url);
  if (!response?.ok) throw new ApiError(404, { detail: 'The gallery has no such example.' });
  const bytes = new Uint8Array(await response.arrayBuffer());
  // some hosts unpack on the way
  const text = new TextDecoder().decode(isGzip(bytes) ? gunzip(bytes, MOST_BYTES) : bytes);
  return JSON.parse(text) as GalleryFile;
}

/**
 * The page of an example, experiment and prediction superposed.
 *
 * @param id empty for the gallery itself
 * @param show puts a page on the screen, in place of the one before
 */
export async function openGallery(id: string, show: (page: Page) => void): Promise<void> {
  if (id === '') {
    show(galleryPage());
    return;
  }
  try {
    const lesson = LESSONS.find((each) => each.id === id);
    const { files, experiment } = await fetchExample(id);
    if (!lesson) throw new ApiError(404, { detail: 'The gallery has no such example.' });
    const reference = { name: `the experiment, PDB ${lesson.experiment.pdb}`, text: experiment };
    const page = resultView({ ...readResult(id, files, undefined), reference }, []);
    page.element.prepend(lessonNote(lesson));
    show(page);
  } catch (error) {
    show(failurePage(error, 'No such example'));
  }
}
