/** A chain of the PDB. */
export interface EntryChain {
  readonly pdb: string;
  readonly chain: string;
}

/** A prediction beside the experiment, and what it teaches. */
export interface Lesson {
  /** Name of its file in `data/gallery/`, and in addresses. */
  readonly id: string;
  readonly title: string;
  /** What was measured, and folded without having been seen in training. */
  readonly experiment: EntryChain & { readonly protein: string };
  /** The relative that it was folded after. */
  readonly template?: EntryChain;
  /** How to read its confidence. */
  readonly lesson: string;
}

const FYVE = {
  pdb: '1VFY',
  chain: 'A',
  protein: 'FYVE domain of Vps27 from yeast',
};

/** In the order in which they are best read. */
export const LESSONS: readonly Lesson[] = [
  {
    id: 'right',
    title: 'Right, and sure of it',
    experiment: {
      pdb: '1MZ9',
      chain: 'A',
      protein: 'Coiled coil of cartilage oligomeric matrix protein',
    },
    lesson:
      'Blue nearly everywhere, and the experiment agrees. Long helices are what this model knows best from a sequence alone; most other folds look like the next example.',
  },
  {
    id: 'wrong',
    title: 'Wrong, and unsure of it',
    experiment: FYVE,
    lesson:
      'Orange from end to end means that nothing here can be relied on, and nothing should be: the fold is wrong. A prediction like this says nothing about the protein, not even that it is disordered.',
  },
  {
    id: 'template',
    title: 'The same protein, folded after a relative',
    experiment: FYVE,
    template: { pdb: '1DVP', chain: 'A' },
    lesson:
      'With the structure of a relative as a template the same model gets the fold right, and its confidence rises with it. Where the relative has no counterpart, the chain is still a guess, and its colour says so.',
  },
  {
    id: 'local',
    title: 'Right in parts, wrong as a whole',
    experiment: { pdb: '1BAZ', chain: 'A', protein: 'Arc repressor of phage P22' },
    lesson:
      'The two helices are nearly right, but they are packed wrongly. pLDDT, like lDDT, judges what is near each residue; how the parts lie together is what pTM and the map of aligned errors are for, and they doubt it.',
  },
  {
    id: 'misled',
    title: 'Blue, and still wrong',
    experiment: { pdb: '1JY2', chain: 'P', protein: 'Central region of bovine fibrinogen' },
    template: { pdb: '1EI3', chain: 'C' },
    lesson:
      'High pLDDT does not make a fold right. The template was measured at 5.5 Å, and the first third of this chain runs otherwise than it did there. pTM hardly reaches 0.5: read it before you trust a blue picture.',
  },
  {
    id: 'distant',
    title: 'More confident than it should be',
    experiment: { pdb: '2FWF', chain: 'A', protein: 'C-terminal domain of DsbD from E. coli' },
    template: { pdb: '2H30', chain: 'A' },
    lesson:
      'The template shares 23 % of its residues with this chain, too few to lay one over the other with certainty. The verdict is “probably right”, and this is one of the few for which it was not: with a distant template, try others and compare.',
  },
];
