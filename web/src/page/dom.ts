/** What `h` understands besides plain attributes. */
interface Extras {
  /** Event listeners by event name. */
  readonly on?: {
    readonly [K in keyof HTMLElementEventMap]?: (event: HTMLElementEventMap[K]) => void;
  };
}
type Attributes = Readonly<Record<string, string | number | boolean | undefined | Extras['on']>>;
type Child = Node | string | undefined;

function fill(element: Element, attributes: Attributes, children: readonly Child[]) {
  for (const [name, value] of Object.entries(attributes)) {
    if (name === 'on' && typeof value === 'object')
      for (const [event, listener] of Object.entries(value))
        element.addEventListener(event, listener as EventListener);
    else if (value === true) element.setAttribute(name, '');
    else if (typeof value === 'string' || typeof value === 'number')
      element.setAttribute(name, String(value));
  }
  for (const child of children) if (child !== undefined) element.append(child);
}

/** Makes an HTML element: attributes as in HTML, `on` for listeners; `false` leaves an attribute out. */
export function h<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  attributes: Attributes & Extras = {},
  ...children: readonly Child[]
): HTMLElementTagNameMap[Tag] {
  const element = document.createElement(tag);
  fill(element, attributes, children);
  return element;
}

/** Makes an SVG element. */
export function svg<Tag extends keyof SVGElementTagNameMap>(
  tag: Tag,
  attributes: Attributes = {},
  ...children: readonly Child[]
): SVGElementTagNameMap[Tag] {
  const element = document.createElementNS('http://www.w3.org/2000/svg', tag);
  fill(element, attributes, children);
  return element;
}

let numIds = 0;
/** An element id that no other element has. */
export function uniqueId(prefix: string): string {
  return `${prefix}-${++numIds}`;
}

/** A labelled drop-down. */
export function select<Value extends string>(options: {
  readonly label: string;
  readonly entries: readonly { readonly value: Value; readonly label: string }[];
  readonly value: Value;
  readonly onChange: (value: Value) => void;
}): HTMLElement & { readonly input: HTMLSelectElement } {
  const input = h('select', {
    on: {
      change: () => {
        options.onChange(input.value as Value);
      },
    },
  });
  for (const { value, label } of options.entries)
    input.append(h('option', { value, selected: value === options.value }, label));
  return Object.assign(h('label', { class: 'field' }, h('span', {}, options.label), input), {
    input,
  });
}

/** A box to tick that stays while what is around it is drawn again. */
export function tickBox(
  label: string,
  onChange: (isTicked: boolean) => void,
): { readonly element: HTMLElement; readonly input: HTMLInputElement } {
  const change = (): void => {
    onChange(input.checked);
  };
  const input = h('input', { type: 'checkbox', on: { change } });
  return { element: h('label', { class: 'tick' }, input, h('span', {}, label)), input };
}

/** A button that opens a list below it; Escape and a click elsewhere close it. */
export function menu(label: readonly Child[], content: Element): HTMLDetailsElement {
  const button = h('summary', {}, ...label);
  const closeFromOutside = (event: Event): void => {
    if (!details.isConnected) document.removeEventListener('pointerdown', closeFromOutside);
    else if (!details.contains(event.target as Node)) details.open = false;
  };
  const details = h(
    'details',
    {
      class: 'menu',
      on: {
        keydown: (event) => {
          if (event.key !== 'Escape' || !details.open) return;
          event.stopPropagation();
          details.open = false;
          button.focus();
        },
      },
    },
    button,
    content,
  );
  document.addEventListener('pointerdown', closeFromOutside);
  return details;
}

/** Offers bytes to the user as a file. */
export function saveFile(blob: Blob, name: string) {
  const url = URL.createObjectURL(blob);
  h('a', { href: url, download: name }).click();
  setTimeout(() => {
    URL.revokeObjectURL(url);
  }, 60_000);
}
