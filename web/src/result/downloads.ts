import { ApiError } from '#client/index';
import { type FileName, savedName } from '#predict/files/file-names';
import { announce } from '../page/announce.js';
import { h, menu, saveFile } from '../page/dom.js';
import { icon } from '../page/icons.js';
import { predictionUrl } from '../page/page.js';
import { offlinePage } from './offline-page.js';
import type { FileAddresses, Result } from '../data/result.js';

const FILES: readonly {
  readonly file: FileName;
  readonly label: string;
  readonly note: string;
}[] = [
  { file: 'structure.pdb', label: 'PDB', note: 'structure, pLDDT as B-factor' },
  { file: 'structure.cif', label: 'mmCIF', note: 'structure and confidence (ModelCIF)' },
  { file: 'pae.json', label: 'PAE JSON', note: 'as AlphaFold DB writes it' },
  { file: 'confidence.json', label: 'Confidence JSON', note: 'pLDDT, pTM, codons' },
  { file: 'bundle.zip', label: 'Everything', note: 'zip' },
];

/** The menu of files. */
export function downloadMenu(
  { id, confidence: { name }, files, models }: Result,
  addresses: FileAddresses,
): HTMLElement {
  const saveOffline = async (): Promise<void> => {
    try {
      const address = models && location.origin + predictionUrl(id);
      const page = await offlinePage({ id, files, ...(address !== undefined && { address }) });
      saveFile(new Blob([page], { type: 'text/html' }), `${name}.html`);
      announce('Offline page saved.');
    } catch (error) {
      announce(error instanceof ApiError ? error.message : 'The offline page could not be made.');
    }
  };
  return menu(
    [icon('download'), 'Download'],
    h(
      'ul',
      {},
      ...FILES.filter(({ file }) => addresses[file] !== undefined).map(({ file, label, note }) =>
        h(
          'li',
          {},
          h(
            'a',
            { href: addresses[file], download: savedName(name, file) },
            h('b', {}, label),
            h('span', { class: 'hint' }, note),
          ),
        ),
      ),
      h(
        'li',
        {},
        h(
          'button',
          { type: 'button', on: { click: () => void saveOffline() } },
          h('b', {}, 'Offline page'),
          h('span', { class: 'hint' }, 'this view in one HTML file'),
        ),
      ),
    ),
  );
}
