import { h } from '../page/dom.js';

/** A sequence to start from. */
interface Example {
  readonly label: string;
  readonly detail: string;
  readonly fasta: string;
}

/** @source crambin 1CRN, ubiquitin P0CG48, villin headpiece 1YRF, insulin NM_000207.3, GCN4 leucine zipper 2ZTA */
export const EXAMPLES: readonly Example[] = [
  {
    label: 'Crambin',
    detail: '46 residues',
    fasta: '>crambin\nTTCCPSIVARSNFNVCRLPGTPEAICATYTGCIIIPGATCPGDYAN',
  },
  {
    label: 'Ubiquitin',
    detail: '76 residues',
    fasta:
      '>ubiquitin\nMQIFVKTLTGKTITLEVEPSDTIENVKAKIQDKEGIPPDQQRLIFAGKQLEDGRTLSDYNIQKESTLHLVLRLRGG',
  },
  {
    label: 'Villin headpiece',
    detail: '35 residues',
    fasta: '>villin headpiece\nLSDEDFKAVFGMTRSAFANLPLWKQQNLKKEKGLF',
  },
  {
    label: 'Insulin gene',
    detail: '333 bases of DNA',
    fasta: [
      '>insulin (gene)',
      'ATGGCCCTGTGGATGCGCCTCCTGCCCCTGCTGGCGCTGCTGGCCCTCTGGGGACCTGACCCAGCCGCAGCC',
      'TTTGTGAACCAACACCTGTGCGGCTCACACCTGGTGGAAGCTCTCTACCTAGTGTGCGGGGAACGAGGCTTC',
      'TTCTACACACCCAAGACCCGCCGGGAGGCAGAGGACCTGCAGGTGGGGCAGGTGGAGCTGGGCGGGGGCCCT',
      'GGTGCAGGCAGCCTGCAGCCCTTGGCCCTGGAGGGGTCCCTGCAGAAGCGTGGCATTGTGGAACAATGCTGT',
      'ACCAGCATCTGCTCCCTCTACCAGCTGGAGAACTACTGCAACTAG',
    ].join('\n'),
  },
  {
    label: 'Leucine zipper',
    detail: 'two chains',
    fasta:
      '>GCN4 leucine zipper\nRMKQLEDKVEELLSKNYHLENEVARLKKLVGER:\nRMKQLEDKVEELLSKNYHLENEVARLKKLVGER',
  },
];

/** @param choose takes an example's FASTA */
export function exampleList(choose: (fasta: string) => void): HTMLElement {
  const list = h('ul', { class: 'examples' });
  for (const { label, detail, fasta } of EXAMPLES) {
    const pick = (): void => {
      choose(fasta);
    };
    list.append(
      h(
        'li',
        {},
        h(
          'button',
          { type: 'button', on: { click: pick } },
          h('b', {}, label),
          h('span', {}, detail),
        ),
      ),
    );
  }
  return h('section', { class: 'card' }, h('h2', {}, 'Examples'), list);
}
