/** What fills the page below its header. */
export interface Page {
  /** Of the browser's tab. */
  readonly title: string;
  readonly element: HTMLElement;
  /** Frees what the page holds; called when another takes its place. */
  readonly dispose: () => void;
}

/** Address of a prediction. */
export function predictionUrl(id: string): string {
  return `/?prediction=${encodeURIComponent(id)}`;
}

/** Address of a prediction that was made in this browser; it means nothing elsewhere. */
export function localUrl(id: string): string {
  return `/?here=${encodeURIComponent(id)}`;
}

/** Goes to an address within the page, as a link would. */
export function visit(url: string) {
  history.pushState(null, '', url);
  dispatchEvent(new PopStateEvent('popstate'));
}
