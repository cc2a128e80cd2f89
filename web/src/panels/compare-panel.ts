import { FoldError } from '#errors';
import { fetchText } from '../api.js';
import { readLocalResult } from '../local/local-results.js';
import { readStructure } from '../molecule/read-structure.js';
import { announce } from '../page/announce.js';
import { h } from '../page/dom.js';
import { rememberedPredictions, type RememberedPrediction } from '../page/my-predictions.js';
import { capitalised } from '../page/text.js';
import { compareStructures, type Comparison } from './comparison.js';
import { neighbourList } from './neighbour-list.js';
import type { Panel, PanelContext } from './panel.js';
import { residuePlot } from './residue-plot.js';

const MOST_BYTES = 200_000_000;

function scoreList({ rmsd, tmScore, lddt, numPaired, numIdentical }: Comparison): HTMLElement {
  const entries = [
    ['TM-score', tmScore.toFixed(3), 'above 0.5: mostly the same fold'],
    ['lDDT (CA)', lddt.toFixed(3), 'local distances kept, 0–1'],
    [
      'RMSD (CA)',
      `${rmsd.toFixed(2)} Å`,
      `over ${numPaired} residues, ${Math.round((100 * numIdentical) / numPaired)} % identical`,
    ],
  ] as const;
  return h(
    'dl',
    { class: 'scores' },
    ...entries.map(([term, value, note]) =>
      h('div', {}, h('dt', {}, term), h('dd', {}, value), h('dd', { class: 'hint' }, note)),
    ),
  );
}

/** Superposes a file, or another prediction of this browser, and shows where they differ. */
export function comparePanel(context: PanelContext): Panel {
  const { result, viewer } = context;
  const outcome = h('div', { class: 'panel-stack' });
  let plot: Panel | undefined;
  let isOpen = true;
  const clear = (): void => {
    plot?.dispose();
    plot = undefined;
    viewer?.showReference(null);
    context.colourBy(undefined);
    outcome.replaceChildren();
  };
  const compare = (input: string | Uint8Array, name: string): void => {
    clear();
    try {
      const reference = readStructure(input, name);
      const comparison = compareStructures(result.molecule, reference);
      viewer?.showReference(comparison.moved);
      context.colourBy(comparison.lddtPerResidue);
      plot = residuePlot(context, {
        values: comparison.lddtPerResidue,
        top: 1,
        title: `lDDT against ${name}`,
      });
      outcome.append(
        scoreList(comparison),
        ...reference.warnings.map((warning) => h('p', { class: 'hint' }, `Note: ${warning}`)),
        plot.element,
        h('p', { class: 'hint' }, 'In 3D: the prediction coloured by lDDT, the reference in grey.'),
        h('button', { type: 'button', on: { click: clear } }, 'Remove the reference'),
      );
      announce(
        `TM-score ${comparison.tmScore.toFixed(2)}, RMSD ${comparison.rmsd.toFixed(1)} ångström.`,
      );
    } catch (error) {
      if (!(error instanceof FoldError)) throw error;
      complain(error.message, error.hint);
    }
  };
  const complain = (message: string, hint?: string): void => {
    outcome.replaceChildren(
      h(
        'div',
        { class: 'problem', role: 'alert' },
        h('p', {}, capitalised(message)),
        hint === undefined ? undefined : h('p', { class: 'hint' }, capitalised(hint)),
      ),
    );
  };
  const readFile = async (file: File | undefined): Promise<void> => {
    if (!file) return;
    if (file.size > MOST_BYTES) complain(`${file.name} is larger than ${MOST_BYTES / 1e6} MB.`);
    else compare(new Uint8Array(await file.arrayBuffer()), file.name);
  };
  const compareWith = (other: Other): void => {
    structureOf(other).then(
      (structure) => {
        if (isOpen) compare(structure, other.name);
      },
      (error: unknown) => {
        complain(error instanceof Error ? error.message : String(error));
      },
    );
  };
  const neighbours =
    result.neighbours &&
    neighbourList(result.neighbours, (id, name) => {
      compareWith({ id, name });
    });
  const picker = h('input', { type: 'file', accept: '.pdb,.ent,.cif,.mmcif,.gz' });
  picker.addEventListener('change', () => void readFile(picker.files?.[0]));
  const element = h(
    'div',
    { class: 'panel-stack' },
    h(
      'label',
      { class: 'dropzone' },
      h('b', {}, 'Reference structure'),
      h('span', {}, 'Drop a PDB or mmCIF file here, or choose one. It stays in your browser.'),
      picker,
    ),
    otherPredictions(result.id, compareWith),
    outcome,
    neighbours?.element,
  );
  element.addEventListener('dragover', (event) => {
    event.preventDefault();
  });
  element.addEventListener('drop', (event) => {
    event.preventDefault();
    void readFile(event.dataTransfer?.files[0]);
  });
  const dispose = (): void => {
    isOpen = false;
    neighbours?.dispose();
    clear();
  };
  return { element, dispose };
}

type Other = Pick<RememberedPrediction, 'id' | 'name' | 'isLocal'>;

/** @throws ApiError or Error in words */
async function structureOf({ id, name, isLocal = false }: Other): Promise<string | Uint8Array> {
  if (!isLocal) return fetchText(id, 'structure.cif');
  const found = await readLocalResult(id);
  if (!found) throw new Error(`This browser no longer has ${name}.`);
  return found.files['structure.cif'];
}

function otherPredictions(id: string, choose: (other: Other) => void): HTMLElement | undefined {
  const others = rememberedPredictions().filter((prediction) => prediction.id !== id);
  if (others.length === 0 || location.protocol === 'file:') return undefined;
  const input = h('select', {}, h('option', { value: '' }, 'Choose…'));
  for (const { id: value, name, numResidues } of others)
    input.append(h('option', { value }, `${name} (${numResidues} residues)`));
  input.addEventListener('change', () => {
    const chosen = others.find((each) => each.id === input.value);
    if (chosen) choose(chosen);
  });
  return h('label', { class: 'field' }, h('span', {}, 'or another of my predictions'), input);
}
