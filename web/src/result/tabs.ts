import { h, uniqueId } from '../page/dom.js';
import type { Panel } from '../panels/panel.js';

/** A panel that is made when its tab is first opened. */
export interface Tab {
  readonly label: string;
  readonly create: () => Panel;
}

/** Tabs, one of which is open. */
export interface Tabs extends Panel {
  /** Opens the tab of this label, and takes the focus there. */
  readonly open: (label: string) => void;
}

/** Tabs after the ARIA pattern: arrow keys move between them. */
export function tabs(entries: readonly Tab[]): Tabs {
  const body = h('div', {
    class: 'tab-body',
    role: 'tabpanel',
    tabindex: 0,
    id: uniqueId('panel'),
  });
  let open: Panel | undefined;
  const buttons = entries.map(({ label, create }, i) =>
    h(
      'button',
      {
        type: 'button',
        role: 'tab',
        id: uniqueId('tab'),
        'aria-controls': body.id,
        on: {
          click: () => {
            show(i, create);
          },
        },
      },
      label,
    ),
  );
  const show = (index: number, create: () => Panel): void => {
    open?.dispose();
    buttons.forEach((button, i) => {
      button.setAttribute('aria-selected', String(i === index));
      button.tabIndex = i === index ? 0 : -1;
    });
    body.setAttribute('aria-labelledby', buttons[index]!.id);
    open = create();
    body.replaceChildren(open.element);
  };
  const list = h(
    'div',
    { class: 'tabs', role: 'tablist', 'aria-label': 'Ways to look at the result' },
    ...buttons,
  );
  list.addEventListener('keydown', (event) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (step === undefined) return;
    const now = buttons.indexOf(document.activeElement as HTMLButtonElement);
    const next = buttons[(now + step + buttons.length) % buttons.length]!;
    next.focus();
    next.click();
    event.preventDefault();
  });
  show(0, entries[0]!.create);
  return {
    element: h('div', { class: 'tabbed' }, list, body),
    open: (label) => {
      const button = buttons[entries.findIndex((entry) => entry.label === label)];
      button?.click();
      button?.focus();
      body.scrollIntoView({ block: 'nearest' });
    },
    dispose: () => {
      open?.dispose();
    },
  };
}
