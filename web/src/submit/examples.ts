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
