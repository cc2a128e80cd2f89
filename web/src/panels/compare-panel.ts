import { parseStructure } from '#bio-pdb/parse-structure';
import { messageOf } from '#errors';
import { server } from '../server/api.js';
import { readLocalResult } from '../local/local-results.js';
import { h } from '../page/dom.js';
import { rememberedPredictions, type RememberedPrediction } from '../page/my-predictions.js';
import { lookupBox } from './lookup-box.js';
import type { ComparedParts } from './comparison.js';
import { mutantScoreView } from './mutant-score.js';
import { neighbourList } from './neighbour-list.js';
import type { Panel, PanelContext } from './panel.js';
import { ShownComparison } from './shown-comparison.js';

const MOST_BYTES = 200_000_000;

/** Superposes a file, or another prediction of this browser, and shows where they differ. */
export function comparePanel(context: PanelContext): Panel {
  const outcome = h('div', { class: 'panel-stack' });
  const shown = new ShownComparison(context, outcome);
  let isOpen = true;
  const read = (input: string | Uint8Array, name: string, parts: ComparedParts = {}): void => {
    shown.clear();
    shown.attempt(() => {
      const structure = parseStructure(input, name);
      void shown.compare({ name, structure }, parts);
    });
  };
  const refuse = (message: string, hint?: string): void => {
    shown.clear();
    shown.complain(message, hint);
  };
  const readFile = async (file: File | undefined): Promise<void> => {
    if (!file) return;
    if (file.size > MOST_BYTES) refuse(`${file.name} is larger than ${MOST_BYTES / 1e6} MB.`);
    else read(new Uint8Array(await file.arrayBuffer()), file.name);
  };
  const compareWith = (other: Other, parts: ComparedParts = {}): void => {
    structureOf(other).then(
      (text) => {
        if (isOpen) read(text, other.name, parts);
      },
      (error: unknown) => {
        refuse(messageOf(error));
      },
    );
  };
  const { result } = context;
  const neighbours =
    result.neighbours &&
    neighbourList(result.neighbours, (id, name) => {
      compareWith({ id, name });
    });
  const picker = h('input', { type: 'file', accept: '.pdb,.ent,.cif,.mmcif,.gz' });
  picker.addEventListener('change', () => void readFile(picker.files?.[0]));
  const score = result.wildtype && mutantScoreView(result.wildtype);
  const comesWithReference = result.reference !== undefined || result.wildtype !== undefined;
  const element = h(
    'div',
    { class: 'panel-stack' },
    score?.element,
    comesWithReference ? outcome : undefined,
    h(
      'label',
      { class: 'dropzone' },
      h('b', {}, 'Reference structure'),
      h('span', {}, 'Drop a PDB or mmCIF file here, or choose one. It stays in your browser.'),
      picker,
    ),
    otherPredictions(result.id, compareWith),
    lookupBox(result, {
      show: ({ name, description, structure }) => {
        if (isOpen) read(structure, description === '' ? name : `${name} (${description})`);
      },
      refuse,
    }),
    comesWithReference ? undefined : outcome,
    neighbours?.element,
  );
  element.addEventListener('dragover', (event) => {
    event.preventDefault();
  });
  element.addEventListener('drop', (event) => {
    event.preventDefault();
    void readFile(event.dataTransfer?.files[0]);
  });
  if (result.reference) read(result.reference.text, result.reference.name);
  if (result.wildtype) {
    const { id, chain } = result.wildtype;
    const parts = chain === undefined ? {} : { chain, referenceChain: chain };
    compareWith({ id, name: 'the wild type' }, parts);
  }
  const dispose = (): void => {
    isOpen = false;
    neighbours?.dispose();
    score?.dispose();
    shown.clear();
  };
  return { element, dispose };
}

type Other = Pick<RememberedPrediction, 'id' | 'name' | 'isLocal'>;

/** @throws ApiError or Error in words */
async function structureOf({ id, name, isLocal = false }: Other): Promise<string | Uint8Array> {
  if (!isLocal) return server.getCif({ path: { id } });
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
