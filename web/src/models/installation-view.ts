import type { KnownModel } from '#client/index';
import { h } from '../page/dom.js';

/** What can be done about a model that is not served. */
export interface InstallationActions {
  readonly mayInstall: boolean;
  readonly install: () => void;
  readonly cancel: () => void;
}

const gigabytes = (bytes: number): string => `${(bytes / 1e9).toFixed(2)} GB`;

/** A button that installs a model after a question, or how far its installation is. */
export function installationView(
  model: KnownModel,
  { mayInstall, install, cancel }: InstallationActions,
): HTMLElement {
  const { installation, isHere } = model;
  if (!mayInstall)
    return h(
      'p',
      { class: 'hint' },
      `Its operator can install it: codonfold models pull ${model.name}`,
    );
  if (isUnderWay(installation))
    return h(
      'div',
      { class: 'installation' },
      progressBar(model),
      h('button', { type: 'button', on: { click: cancel } }, 'Cancel'),
    );
  const problem = installation?.error
    ? h(
        'p',
        { class: 'problem' },
        [installation.error.detail, installation.error.hint].filter(Boolean).join('. '),
      )
    : undefined;
  const ask = (): void => {
    const dialog = question(model, install);
    document.body.append(dialog); // the list is drawn again while it is open
    dialog.showModal();
  };
  const label = isHere
    ? 'Make it available'
    : installation
      ? 'Go on installing…'
      : `Install${sizeOf(model)}…`;
  return h(
    'div',
    { class: 'installation' },
    problem,
    h('button', { type: 'button', on: { click: isHere ? install : ask } }, label),
  );
}

/** Whether an installation goes on. */
export function isUnderWay(installation: KnownModel['installation']): boolean {
  return installation !== undefined && !['failed', 'cancelled'].includes(installation.status);
}

function sizeOf({ downloadGigabytes }: KnownModel): string {
  return downloadGigabytes === undefined ? '' : ` (${gigabytes(1e9 * downloadGigabytes)})`;
}

function progressBar({ name, installation }: KnownModel): HTMLElement {
  const { status, received = 0, total, file = '', fileNumber = 1, numFiles = 1 } = installation!;
  const words = {
    downloading: `Downloading ${file}, file ${fileNumber} of ${numFiles}: ${gigabytes(received)}${total === undefined ? '' : ` of ${gigabytes(total)}`}`,
    checking: 'Checking the weights',
    opening: 'Opening the model',
    failed: '',
    cancelled: '',
  }[status];
  const share = total === undefined || total === 0 ? undefined : received / total;
  return h(
    'div',
    {},
    h('progress', {
      max: 1,
      'aria-label': `Installation of ${name}`,
      ...(share !== undefined && { value: share }),
    }),
    h('p', { class: 'hint' }, words),
  );
}

/** Nothing is downloaded before this was answered. */
function question(model: KnownModel, install: () => void): HTMLDialogElement {
  const host = new URL(model.files[0]?.url ?? 'https://huggingface.co').host;
  const close = (): void => {
    dialog.close();
  };
  const dialog: HTMLDialogElement = h(
    'dialog',
    { 'aria-label': `Install ${model.name}` },
    h('h2', {}, `Install ${model.name}?`),
    h(
      'p',
      {},
      `The server downloads ${model.downloadGigabytes === undefined ? 'the files' : gigabytes(1e9 * model.downloadGigabytes)} from ${host} and keeps them on its disk. No sequence is sent. The licence is ${model.licence}. An interrupted download goes on where it stopped.`,
    ),
    h(
      'div',
      { class: 'row end' },
      h('button', { type: 'button', on: { click: close } }, 'Cancel'),
      h(
        'button',
        {
          type: 'button',
          class: 'primary',
          on: {
            click: () => {
              close();
              install();
            },
          },
        },
        'Install',
      ),
    ),
  );
  dialog.addEventListener('close', () => {
    dialog.remove();
  });
  return dialog;
}
