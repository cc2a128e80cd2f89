import { ApiError } from '#client/index';
import {
  dropLocalModel,
  keepLocalModel,
  localModels,
  openLocalModel,
} from '../local/local-models.js';
import type { LocalModel } from '../data/local-model.js';
import { announce } from '../page/announce.js';
import { h } from '../page/dom.js';
import { capitalised } from '../page/text.js';

const HELP =
  'A .safetensors file with its config.json, or a .pt or .npz file of AlphaFold 2. Nothing is uploaded.';

/** Where models of this browser are opened, kept and deleted. */
export interface LocalModelList {
  readonly element: HTMLElement;
  readonly models: () => readonly LocalModel[];
  /** What can be done with one of them. */
  readonly actions: (model: LocalModel) => HTMLElement;
}

/** 10^6 bytes that a model takes on disk. */
export function sizeOfModel({ files }: Pick<LocalModel, 'files'>): string {
  return megabytes(files.reduce((sum, { size }) => sum + size, 0));
}

/** `97 MB`, and for small files `1.1 MB` */
export function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(bytes < 1e7 ? 1 : 0)} MB`;
}

/** @param onChange called after models came or went; told one that was opened just now */
export function localModelList(onChange: (opened?: LocalModel) => void): LocalModelList {
  let models: readonly LocalModel[] = [];
  const status = h('p', { class: 'hint', role: 'status' });
  const problem = h('div', { role: 'alert' });
  const refresh = async (opened?: LocalModel): Promise<void> => {
    models = await localModels();
    onChange(opened);
  };
  /** Does something that takes a while, with words meanwhile. */
  const during = async (words: string, work: () => Promise<LocalModel | undefined>) => {
    status.textContent = words;
    problem.replaceChildren();
    try {
      await refresh(await work());
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      const text = [capitalised(error.message), error.hint].filter(Boolean).join('. ');
      problem.replaceChildren(h('p', { class: 'problem' }, text));
    } finally {
      status.textContent = '';
    }
  };
  const picker = h('input', {
    type: 'file',
    multiple: true,
    class: 'unseen',
    tabindex: -1,
    accept: '.safetensors,.json,.pt,.pth,.bin,.npz,.txt',
    'aria-label': 'Files of a model',
  });
  const take = (files: readonly File[]): void => {
    if (files.length === 0) return;
    void during(`Looking into ${files.map(({ name }) => name).join(', ')}`, async () => {
      const model = await openLocalModel(files);
      announce(`${model.name} can be chosen now.`);
      return model;
    });
  };
  picker.addEventListener('change', () => {
    take([...(picker.files ?? [])]);
    picker.value = '';
  });
  const open = (): void => {
    picker.click();
  };
  const keep = (model: LocalModel): void => {
    void during(`Keeping ${model.name}`, async () => {
      await keepLocalModel(model, (share) => {
        status.textContent = `Keeping ${model.name}: ${Math.floor(100 * share)} %`;
      });
      return undefined;
    });
  };
  const drop = (model: LocalModel): void => {
    void during('', async () => {
      await dropLocalModel(model);
      return undefined;
    });
  };
  const element = h(
    'div',
    { class: 'local-models' },
    h(
      'div',
      { class: 'row' },
      h('span', { class: 'hint' }, HELP),
      h('button', { type: 'button', class: 'quiet', on: { click: open } }, 'Open a model from this computer…'), // prettier-ignore
      picker,
    ),
    status,
    problem,
  );
  element.addEventListener('drop', (event) => {
    const dropped = [...(event.dataTransfer?.files ?? [])];
    if (dropped.length === 0) return;
    event.preventDefault();
    event.stopPropagation(); // else it would be taken for the sequence
    take(dropped);
  });
  void refresh();
  return {
    element,
    models: () => models,
    actions: (model) =>
      h(
        'div',
        { class: 'installation' },
        model.isKept
          ? undefined
          : h('button', { type: 'button', on: { click: () => { keep(model); } } }, 'Keep in this browser'), // prettier-ignore
        h(
          'button',
          {
            type: 'button',
            'aria-label': `${model.isKept ? 'Delete' : 'Close'} the model ${model.name}`,
            on: {
              click: () => {
                drop(model);
              },
            },
          },
          model.isKept ? 'Delete' : 'Close',
        ),
      ),
  };
}
