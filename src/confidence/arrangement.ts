/** Two chains of a prediction, as `confidence.json` has them. */
export interface ChainPair {
  /** Their names. */
  readonly chains: readonly [string, string];
  /** Pairs of residues that touch. */
  readonly contacts: number;
}

/** How the chains of a complex lie to each other, in words. */
export interface Arrangement {
  readonly isRight: 'right' | 'unclear' | 'wrong';
  readonly text: string;
}

/** @source AlphaFold Server's guide: above 0.8 is a confident arrangement, below 0.6 most likely a failed one */
const CONFIDENT_IPTM = 0.8;
const FAILED_IPTM = 0.6;

/**
 * Judges how the chains of a prediction lie to each other, by ipTM and by whether they touch at all.
 *
 * @param pairs all pairs of chains
 * @param iptm 0-1; absent where the model gave none
 */
export function arrangementOf(pairs: readonly ChainPair[], iptm?: number): Arrangement {
  const apart = chainsApart(pairs);
  if (apart) return { isRight: 'wrong', text: apart };
  if (iptm === undefined)
    return {
      isRight: 'unclear',
      text: 'Nothing is known of how well the chains lie to each other.',
    };
  const isRight =
    iptm >= CONFIDENT_IPTM ? 'right' : iptm >= FAILED_IPTM ? 'unclear' : ('wrong' as const);
  const judged = { right: 'is probably right', unclear: 'may be right or wrong', wrong: 'is probably wrong' }[isRight]; // prettier-ignore
  return {
    isRight,
    text: `How the chains lie to each other ${judged} (ipTM ${iptm.toFixed(2)}; above ${CONFIDENT_IPTM} is confident, below ${FAILED_IPTM} a guess).`,
  };
}

/**
 * Says which chains have no contact with the rest; undefined where all hang together.
 *
 * @param pairs all pairs of chains
 */
export function chainsApart(pairs: readonly ChainPair[]): string | undefined {
  const groups = touchingGroups(pairs);
  if (groups.length < 2) return undefined;
  const listed = groups.map((names) => names.join(' + '));
  const who =
    groups.length === 2 && groups.flat().length === 2
      ? `Chains ${listed.join(' and ')} do not touch`
      : `The chains fall into ${groups.length} groups that do not touch each other (${listed.join('; ')})`;
  return `${who}: no atoms of them lie within 5 Å. The model has not docked them, so the distance and direction between them mean nothing.`;
}

/** Chains that hang together by contacts, in the order of their names in the pairs. */
function touchingGroups(pairs: readonly ChainPair[]): string[][] {
  const groupOf = new Map<string, string[]>();
  for (const name of pairs.flatMap(({ chains }) => chains))
    if (!groupOf.has(name)) groupOf.set(name, [name]);
  for (const { chains, contacts } of pairs) {
    const [first, second] = chains.map((name) => groupOf.get(name)!) as [string[], string[]];
    if (contacts === 0 || first === second) continue;
    first.push(...second);
    for (const name of second) groupOf.set(name, first);
  }
  const order = [...groupOf.keys()];
  return [...new Set(groupOf.values())].map((names) =>
    names.toSorted((a, b) => order.indexOf(a) - order.indexOf(b)),
  );
}
