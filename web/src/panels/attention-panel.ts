import { ApiError } from '#client/index';
import type { AttentionHead } from '../server/api.js';
import { announce } from '../page/announce.js';
import { h, select } from '../page/dom.js';
import type { AttentionSource } from '../data/result.js';
import { attentionThumbnails, headName } from './attention-thumbnails.js';
import { contactShares, type ContactShare } from './contact-shares.js';
import { CONTACT } from './contact-panel.js';
import { pseudoBetaDistances } from './distances.js';
import { MatrixMap } from './matrix-map.js';
import type { Panel, PanelContext } from './panel.js';
import { attentionColour, distanceColour } from './ramps.js';
import { strongestLinks } from './strongest-links.js';

const EXPLANATION =
  'Each residue sends out a query (“what do I need to know?”) and offers a key (“what can I tell?”) and a value (the ' +
  'telling). Where a query and a key match, the value flows: row i shows how much residue i draws from each residue j. ' +
  'Compare the map with the distances beside it to see which heads follow contacts.';

/** Who told the networks about contacts, and who did not. */
const TAUGHT = {
  trunk: 'The trunk was trained on structures: it was taught distances.',
  'language-model':
    'Nobody told this language model about contacts: it only learned to fill in hidden letters of sequences. Where a head follows contacts, it found them by itself.',
  ours: 'The language model of codonfold-small was trained with the trunk, on hidden letters and on structures, so it was told of contacts too. That of ESMFold was not.',
} as const;
/** The one model whose language model was trained on structures. */
const OURS = 'codonfold-small';

const percent = (share: number): string => `${Math.round(100 * share)} %`;

function inWords({ name, apart, touching, byChance }: ContactShare): string {
  return `Of this head’s strongest ${name}, ${percent(touching)} are closer than ${CONTACT} Å (${apart}; by chance ${percent(byChance)}).`;
}

/** Attention of all heads as thumbnails; that of one beside the contacts, its strongest links drawn in 3D. */
export function attentionPanel(context: PanelContext, source: AttentionSource): Panel {
  const { molecule, confidence } = context.result;
  const size = molecule.numResidues;
  const predicted = pseudoBetaDistances(molecule);
  const { latest: reference } = context.compared;
  let judge = reference?.distances ?? predicted;
  let top = 1;
  let shown: { readonly head: AttentionHead; readonly weights: Float32Array } | undefined;
  let pending = new AbortController();
  const closing = new AbortController();
  const map = new MatrixMap(context, new Float32Array(size * size), {
    title: 'Attention',
    axes: 'Row: the residue that asks; column: the residue that answers.',
    colour: (value) => attentionColour(value / top),
    describe: (value) => `attention ${(100 * value).toFixed(1)} %`,
  });
  const contacts = new MatrixMap(context, judge, {
    title: 'Distances',
    axes: `Dark: closer than ${CONTACT} Å.`,
    colour: (value) => distanceColour(value, 3 * CONTACT),
    describe: (value) => (Number.isNaN(value) ? 'not placed' : `${value.toFixed(1)} Å`),
  });
  const overview = h('div', {});
  const name = h('h3', {}, 'Attention');
  const taught = h('p', { class: 'hint' });
  const status = h('p', { class: 'hint', role: 'status' }, 'Computing all heads…');
  const links = h('input', {
    type: 'range',
    min: 0,
    max: 60,
    value: 20,
    step: 5,
    on: {
      input: () => {
        drawLinks();
      },
    },
  });
  const drawLinks = (): void => {
    if (context.viewer && shown)
      context.viewer.links = strongestLinks(shown.weights, Number(links.value));
  };
  const judgeHead = (): void => {
    if (!shown) return;
    status.textContent = contactShares(shown.weights, judge, CONTACT).map(inWords).join(' ');
    announce(`${headName(shown.head)}. ${status.textContent}`);
  };
  const refuse = (error: unknown, { signal }: AbortController): void => {
    if (signal.aborted) return;
    if (!(error instanceof ApiError)) throw error;
    status.textContent = [error.message, error.hint].filter(Boolean).join(' ');
  };
  const load = async (head: AttentionHead): Promise<void> => {
    pending.abort();
    const asked = (pending = new AbortController());
    try {
      const weights = await source.fetch(head, asked.signal);
      shown = { head, weights };
    } catch (error) {
      refuse(error, asked);
      return;
    }
    top = shown.weights.reduce((most, weight) => Math.max(most, weight), 1e-6);
    map.values = shown.weights;
    name.textContent = headName(head);
    const isOurs = confidence.model.name === OURS && head.network === 'language-model';
    taught.textContent = TAUGHT[isOurs ? 'ours' : head.network];
    drawLinks();
    judgeHead();
  };
  const open = async (): Promise<void> => {
    const found = await source.overview(closing.signal);
    if (closing.signal.aborted) return;
    const thumbnails = attentionThumbnails(found, (head) => {
      thumbnails.mark(head);
      void load(head);
    });
    overview.replaceChildren(thumbnails.element);
    const last = found.heads.at(-1)!;
    const first = { network: last.network, block: last.block, head: 0 };
    thumbnails.mark(first);
    await load(first);
  };
  open().catch((error: unknown) => {
    refuse(error, closing);
  });
  const judges = reference && [
    { value: 'reference', label: reference.name },
    { value: 'prediction', label: 'this prediction' },
  ];
  const fields = h(
    'div',
    { class: 'fields' },
    h('label', { class: 'field' }, h('span', {}, 'Links in 3D'), links),
    judges &&
      select({
        label: 'Judged by the contacts of',
        entries: judges,
        value: 'reference',
        onChange: (value) => {
          judge = value === 'reference' ? reference.distances : predicted;
          contacts.values = judge;
          judgeHead();
        },
      }),
  );
  return {
    element: h(
      'div',
      { class: 'panel-stack' },
      overview,
      name,
      status,
      fields,
      h('div', { class: 'pair' }, map.element, contacts.element),
      taught,
      h('p', { class: 'prose' }, EXPLANATION),
      reference
        ? undefined
        : h(
            'p',
            { class: 'hint' },
            'Heads are judged by the contacts of this prediction. Open an experiment under “Compare” to have them judged by that.',
          ),
    ),
    dispose: () => {
      closing.abort();
      pending.abort();
      map.dispose();
      contacts.dispose();
      if (context.viewer) context.viewer.links = [];
    },
  };
}
