import type { Chain } from '#sequence/chain';

/** Parts of the form that a link may lead to. */
const FORM_PARTS = ['models', 'alignment', 'templates'] as const;
/** One of {@link FORM_PARTS}. */
export type FormPart = (typeof FORM_PARTS)[number];

/** What stands in the form. */
export interface Draft {
  readonly text: string;
  /** Name of the chosen model; absent for the server's default. */
  readonly model?: string;
  /** Where the user wants to go on. */
  readonly part?: FormPart;
}

/**
 * Address of a form that is filled in already. The text follows `#`, which browsers send nowhere.
 */
export function formUrl(draft: Draft): string {
  return `/#${new URLSearchParams({ ...draft }).toString()}`;
}

/** Chains as one FASTA record that folds into the same complex again. */
export function draftText(name: string, chains: readonly Pick<Chain, 'sequence'>[]): string {
  return `>${name}\n${chains.map(({ sequence }) => sequence).join(':\n')}\n`;
}

/** What the form held when the user left this place in the browser's history; else what its address says. */
export function readDraft(): Draft {
  const kept = (history.state as { readonly draft?: Draft } | null)?.draft;
  if (kept) return kept;
  const address = new URLSearchParams(location.hash.slice(1));
  const model = address.get('model');
  const part = FORM_PARTS.find((each) => each === address.get('part'));
  return {
    text: address.get('text') ?? '',
    ...(model !== null && { model }),
    ...(part && { part }),
  };
}

/** Keeps what the form holds at this place in the browser's history, so that going back loses nothing. */
export function keepDraft(draft: Draft) {
  try {
    history.replaceState({ draft }, '');
  } catch {
    // browsers limit how much and how often; the form itself is not touched
  }
}
