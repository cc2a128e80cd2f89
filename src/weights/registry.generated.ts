// Generated from data/models/registry.json by generate.ts; do not edit.
import type { RegistryModel } from './registry-model.js';

export const REGISTRY: readonly RegistryModel[] = [
  {
    name: 'codonfold-small',
    kind: 'folding',
    layout: 'shipped',
    licence: 'Apache-2.0',
    description: 'The model that this project trained; comes with the package.',
    accuracy: {
      heldOutTmScore: 0.32,
      source:
        'mean over 110 held-out chains, each of a cluster of its own: data/weights/MODEL_CARD.md',
    },
    files: [],
    numRecycles: 0,
    runs: [
      { numResidues: 100, megabytes: 594, seconds: 1.1, secondsPerRecycle: 0.4 },
      { numResidues: 400, megabytes: 2235, seconds: 6.7, secondsPerRecycle: 6 },
    ],
  },
  {
    name: 'esmfold_v1',
    aliases: ['esmfold'],
    kind: 'folding',
    layout: 'huggingface',
    licence: 'MIT',
    description: 'ESMFold with 48 folding blocks on the 3-billion language model.',
    languageModel: '3B',
    numBlocks: 48,
    accuracy: {
      casp14TmScore: 0.68,
      cameoTmScore: 0.83,
      source: 'Lin et al., Science 379, 1123 (2023), doi:10.1126/science.ade2574',
    },
    files: [
      {
        path: 'config.json',
        url: 'https://huggingface.co/facebook/esmfold_v1/resolve/75a3841ee059df2bf4d56688166c8fb459ddd97a/config.json',
      },
      {
        path: 'pytorch_model.bin',
        url: 'https://huggingface.co/facebook/esmfold_v1/resolve/75a3841ee059df2bf4d56688166c8fb459ddd97a/pytorch_model.bin',
        gigabytes: 8.44,
        sha256: '2ee07356b125d1e3e57503c204111fd7323347fc4735d41d3caac57c2a78e116',
      },
    ],
    numRecycles: 3,
    runs: [
      { numResidues: 100, megabytes: 1161, seconds: 47.2, secondsPerRecycle: 9.2 },
      { numResidues: 400, megabytes: 2965, seconds: 674.3, secondsPerRecycle: 160.7 },
    ],
  },
  {
    name: 'openfold_ptm_no_templates_1',
    kind: 'folding',
    layout: 'original',
    licence: 'CC BY 4.0',
    description: 'AlphaFold 2 as OpenFold trained it, for alignments without templates.',
    network: 'alphafold2',
    accuracy: {
      cameoTmScore: 0.87,
      source:
        'mean over CAMEO targets: OpenFold 0.870, AlphaFold 2 0.871; ProteinBench, Ye et al. 2024, arXiv:2409.06744',
    },
    files: [
      {
        path: 'finetuning_no_templ_ptm_1.pt',
        url: 'https://huggingface.co/nz/OpenFold/resolve/main/finetuning_no_templ_ptm_1.pt',
        gigabytes: 0.375,
      },
    ],
    numRecycles: 3,
    runs: [
      { numResidues: 100, megabytes: 1626, seconds: 393.2, secondsPerRecycle: 98.1 },
      { numResidues: 400, megabytes: 3522, seconds: 2674.7, secondsPerRecycle: 668.4 },
    ],
    singleRuns: [
      { numResidues: 100, megabytes: 1177, seconds: 36.4, secondsPerRecycle: 8.9 },
      { numResidues: 400, megabytes: 2512, seconds: 773.7, secondsPerRecycle: 193.2 },
    ],
  },
  {
    name: 'openfold_ptm_1',
    kind: 'folding',
    layout: 'original',
    licence: 'CC BY 4.0',
    description: 'AlphaFold 2 as OpenFold trained it, for alignments and templates.',
    network: 'alphafold2',
    accuracy: {
      cameoTmScore: 0.87,
      source:
        'mean over CAMEO targets: OpenFold 0.870, AlphaFold 2 0.871; ProteinBench, Ye et al. 2024, arXiv:2409.06744',
    },
    files: [
      {
        path: 'finetuning_ptm_1.pt',
        url: 'https://huggingface.co/nz/OpenFold/resolve/main/finetuning_ptm_1.pt',
        gigabytes: 0.375,
      },
    ],
    numRecycles: 3,
    runs: [
      { numResidues: 100, megabytes: 1627, seconds: 393.2, secondsPerRecycle: 98.1 },
      { numResidues: 400, megabytes: 3523, seconds: 2674.7, secondsPerRecycle: 668.4 },
    ],
    singleRuns: [
      { numResidues: 100, megabytes: 1179, seconds: 36.4, secondsPerRecycle: 8.9 },
      { numResidues: 400, megabytes: 2514, seconds: 773.7, secondsPerRecycle: 193.2 },
    ],
  },
  {
    name: 'openfold_ptm_2',
    kind: 'folding',
    layout: 'original',
    licence: 'CC BY 4.0',
    description:
      'AlphaFold 2 as OpenFold trained it, for alignments and templates; another training run.',
    network: 'alphafold2',
    accuracy: {
      cameoTmScore: 0.87,
      source:
        'mean over CAMEO targets: OpenFold 0.870, AlphaFold 2 0.871; ProteinBench, Ye et al. 2024, arXiv:2409.06744',
    },
    files: [
      {
        path: 'finetuning_ptm_2.pt',
        url: 'https://huggingface.co/nz/OpenFold/resolve/main/finetuning_ptm_2.pt',
        gigabytes: 0.375,
      },
    ],
    numRecycles: 3,
    runs: [
      { numResidues: 100, megabytes: 1627, seconds: 393.2, secondsPerRecycle: 98.1 },
      { numResidues: 400, megabytes: 3523, seconds: 2674.7, secondsPerRecycle: 668.4 },
    ],
    singleRuns: [
      { numResidues: 100, megabytes: 1179, seconds: 36.4, secondsPerRecycle: 8.9 },
      { numResidues: 400, megabytes: 2514, seconds: 773.7, secondsPerRecycle: 193.2 },
    ],
  },
  {
    name: 'alphafold2_model_1_ptm',
    kind: 'folding',
    layout: 'original',
    licence: 'CC BY 4.0',
    description:
      'AlphaFold 2 as DeepMind trained it, for alignments and templates. The first of five.',
    network: 'alphafold2',
    accuracy: {
      cameoTmScore: 0.87,
      source:
        'mean over CAMEO targets: OpenFold 0.870, AlphaFold 2 0.871; ProteinBench, Ye et al. 2024, arXiv:2409.06744',
    },
    files: [
      {
        path: 'params_model_1_ptm.npz',
        url: 'https://storage.googleapis.com/alphafold/alphafold_params_2022-12-06.tar',
        archiveMember: 'params_model_1_ptm.npz',
        gigabytes: 0.373,
      },
    ],
    numRecycles: 3,
    runs: [
      { numResidues: 100, megabytes: 2242, seconds: 423.2, secondsPerRecycle: 105.6 },
      { numResidues: 400, megabytes: 5857, seconds: 3018.5, secondsPerRecycle: 754.4 },
    ],
    singleRuns: [
      { numResidues: 100, megabytes: 1179, seconds: 36.4, secondsPerRecycle: 8.9 },
      { numResidues: 400, megabytes: 2514, seconds: 773.7, secondsPerRecycle: 193.2 },
    ],
  },
  {
    name: 'alphafold2_model_2_ptm',
    kind: 'folding',
    layout: 'original',
    licence: 'CC BY 4.0',
    description: 'AlphaFold 2 as DeepMind trained it, for alignments and templates.',
    network: 'alphafold2',
    accuracy: {
      cameoTmScore: 0.87,
      source:
        'mean over CAMEO targets: OpenFold 0.870, AlphaFold 2 0.871; ProteinBench, Ye et al. 2024, arXiv:2409.06744',
    },
    files: [
      {
        path: 'params_model_2_ptm.npz',
        url: 'https://storage.googleapis.com/alphafold/alphafold_params_2022-12-06.tar',
        archiveMember: 'params_model_2_ptm.npz',
        gigabytes: 0.373,
      },
    ],
    numRecycles: 3,
    runs: [
      { numResidues: 100, megabytes: 1644, seconds: 389.8, secondsPerRecycle: 97.2 },
      { numResidues: 400, megabytes: 3515, seconds: 2658.2, secondsPerRecycle: 664.3 },
    ],
    singleRuns: [
      { numResidues: 100, megabytes: 1179, seconds: 36.4, secondsPerRecycle: 8.9 },
      { numResidues: 400, megabytes: 2514, seconds: 773.7, secondsPerRecycle: 193.2 },
    ],
  },
  {
    name: 'alphafold2_model_3_ptm',
    kind: 'folding',
    layout: 'original',
    licence: 'CC BY 4.0',
    description: 'AlphaFold 2 as DeepMind trained it, for alignments without templates.',
    network: 'alphafold2',
    accuracy: {
      cameoTmScore: 0.87,
      source:
        'mean over CAMEO targets: OpenFold 0.870, AlphaFold 2 0.871; ProteinBench, Ye et al. 2024, arXiv:2409.06744',
    },
    files: [
      {
        path: 'params_model_3_ptm.npz',
        url: 'https://storage.googleapis.com/alphafold/alphafold_params_2022-12-06.tar',
        archiveMember: 'params_model_3_ptm.npz',
        gigabytes: 0.373,
      },
    ],
    numRecycles: 3,
    runs: [
      { numResidues: 100, megabytes: 2241, seconds: 426.5, secondsPerRecycle: 106.4 },
      { numResidues: 400, megabytes: 5857, seconds: 3035, secondsPerRecycle: 758.5 },
    ],
    singleRuns: [
      { numResidues: 100, megabytes: 1177, seconds: 36.4, secondsPerRecycle: 8.9 },
      { numResidues: 400, megabytes: 2512, seconds: 773.7, secondsPerRecycle: 193.2 },
    ],
  },
  {
    name: 'alphafold2_model_4_ptm',
    kind: 'folding',
    layout: 'original',
    licence: 'CC BY 4.0',
    description: 'AlphaFold 2 as DeepMind trained it, for alignments without templates.',
    network: 'alphafold2',
    accuracy: {
      cameoTmScore: 0.87,
      source:
        'mean over CAMEO targets: OpenFold 0.870, AlphaFold 2 0.871; ProteinBench, Ye et al. 2024, arXiv:2409.06744',
    },
    files: [
      {
        path: 'params_model_4_ptm.npz',
        url: 'https://storage.googleapis.com/alphafold/alphafold_params_2022-12-06.tar',
        archiveMember: 'params_model_4_ptm.npz',
        gigabytes: 0.373,
      },
    ],
    numRecycles: 3,
    runs: [
      { numResidues: 100, megabytes: 2241, seconds: 426.5, secondsPerRecycle: 106.4 },
      { numResidues: 400, megabytes: 5857, seconds: 3035, secondsPerRecycle: 758.5 },
    ],
    singleRuns: [
      { numResidues: 100, megabytes: 1177, seconds: 36.4, secondsPerRecycle: 8.9 },
      { numResidues: 400, megabytes: 2512, seconds: 773.7, secondsPerRecycle: 193.2 },
    ],
  },
  {
    name: 'alphafold2_model_5_ptm',
    kind: 'folding',
    layout: 'original',
    licence: 'CC BY 4.0',
    description: 'AlphaFold 2 as DeepMind trained it, for alignments without templates.',
    network: 'alphafold2',
    accuracy: {
      cameoTmScore: 0.87,
      source:
        'mean over CAMEO targets: OpenFold 0.870, AlphaFold 2 0.871; ProteinBench, Ye et al. 2024, arXiv:2409.06744',
    },
    files: [
      {
        path: 'params_model_5_ptm.npz',
        url: 'https://storage.googleapis.com/alphafold/alphafold_params_2022-12-06.tar',
        archiveMember: 'params_model_5_ptm.npz',
        gigabytes: 0.373,
      },
    ],
    numRecycles: 3,
    runs: [
      { numResidues: 100, megabytes: 1626, seconds: 393.2, secondsPerRecycle: 98.1 },
      { numResidues: 400, megabytes: 3522, seconds: 2674.7, secondsPerRecycle: 668.4 },
    ],
    singleRuns: [
      { numResidues: 100, megabytes: 1177, seconds: 36.4, secondsPerRecycle: 8.9 },
      { numResidues: 400, megabytes: 2512, seconds: 773.7, secondsPerRecycle: 193.2 },
    ],
  },
  {
    name: 'esm2_t6_8M_UR50D',
    kind: 'language-model',
    layout: 'huggingface',
    licence: 'MIT',
    description: 'ESM-2 language model, 6 layers of 320 channels.',
    languageModel: '8M',
    files: [
      {
        path: 'config.json',
        url: 'https://huggingface.co/facebook/esm2_t6_8M_UR50D/resolve/c731040fcd8d73dceaa04b0a8e6329b345b0f5df/config.json',
      },
      {
        path: 'model.safetensors',
        url: 'https://huggingface.co/facebook/esm2_t6_8M_UR50D/resolve/c731040fcd8d73dceaa04b0a8e6329b345b0f5df/model.safetensors',
        gigabytes: 0.0314,
        sha256: '24c5fa474c48f3b754b86efe752d5f189d2bcd88190fa2270fc92b2ef3034189',
      },
    ],
    runs: [
      { numResidues: 100, megabytes: 386 },
      { numResidues: 400, megabytes: 443 },
    ],
  },
  {
    name: 'esm2_t12_35M_UR50D',
    kind: 'language-model',
    layout: 'huggingface',
    licence: 'MIT',
    description: 'ESM-2 language model, 12 layers of 480 channels.',
    languageModel: '35M',
    files: [
      {
        path: 'config.json',
        url: 'https://huggingface.co/facebook/esm2_t12_35M_UR50D/resolve/main/config.json',
      },
      {
        path: 'model.safetensors',
        url: 'https://huggingface.co/facebook/esm2_t12_35M_UR50D/resolve/main/model.safetensors',
      },
    ],
    runs: [
      { numResidues: 100, megabytes: 491 },
      { numResidues: 400, megabytes: 552 },
    ],
  },
  {
    name: 'esm2_t30_150M_UR50D',
    kind: 'language-model',
    layout: 'huggingface',
    licence: 'MIT',
    description: 'ESM-2 language model, 30 layers of 640 channels.',
    languageModel: '150M',
    files: [
      {
        path: 'config.json',
        url: 'https://huggingface.co/facebook/esm2_t30_150M_UR50D/resolve/a695f6045e2e32885fa60af20c13cb35398ce30c/config.json',
      },
      {
        path: 'model.safetensors',
        url: 'https://huggingface.co/facebook/esm2_t30_150M_UR50D/resolve/a695f6045e2e32885fa60af20c13cb35398ce30c/model.safetensors',
        gigabytes: 0.595,
      },
    ],
    runs: [
      { numResidues: 100, megabytes: 949 },
      { numResidues: 400, megabytes: 1014 },
    ],
  },
  {
    name: 'esm2_t33_650M_UR50D',
    kind: 'language-model',
    layout: 'huggingface',
    licence: 'MIT',
    description: 'ESM-2 language model, 33 layers of 1280 channels.',
    languageModel: '650M',
    files: [
      {
        path: 'config.json',
        url: 'https://huggingface.co/facebook/esm2_t33_650M_UR50D/resolve/main/config.json',
      },
      {
        path: 'model.safetensors',
        url: 'https://huggingface.co/facebook/esm2_t33_650M_UR50D/resolve/main/model.safetensors',
        gigabytes: 2.61,
        sha256: 'a08adabb949fa67ad3c14b509d04fd60368b35007b0095e3358f81200c4f4db0',
      },
    ],
    runs: [
      { numResidues: 100, megabytes: 483 },
      { numResidues: 400, megabytes: 565 },
    ],
  },
  {
    name: 'esm2_t36_3B_UR50D',
    kind: 'language-model',
    layout: 'huggingface',
    licence: 'MIT',
    description: 'ESM-2 language model, 36 layers of 2560 channels.',
    languageModel: '3B',
    files: [
      {
        path: 'config.json',
        url: 'https://huggingface.co/facebook/esm2_t36_3B_UR50D/resolve/main/config.json',
      },
      {
        path: 'pytorch_model.bin.index.json',
        url: 'https://huggingface.co/facebook/esm2_t36_3B_UR50D/resolve/main/pytorch_model.bin.index.json',
      },
      {
        path: 'pytorch_model-00001-of-00002.bin',
        url: 'https://huggingface.co/facebook/esm2_t36_3B_UR50D/resolve/main/pytorch_model-00001-of-00002.bin',
        gigabytes: 9.98,
      },
      {
        path: 'pytorch_model-00002-of-00002.bin',
        url: 'https://huggingface.co/facebook/esm2_t36_3B_UR50D/resolve/main/pytorch_model-00002-of-00002.bin',
        gigabytes: 1.39,
      },
    ],
    runs: [
      { numResidues: 100, megabytes: 852 },
      { numResidues: 400, megabytes: 1016 },
    ],
  },
  {
    name: 'esmfold_structure_module_only_8M',
    kind: 'folding',
    layout: 'original',
    licence: 'MIT',
    description: 'ESMFold without folding blocks: a structure module on the 8M language model.',
    languageModel: '8M',
    numBlocks: 0,
    accuracy: {
      casp14TmScore: 0.367,
      cameoTmScore: 0.481,
      source: 'facebookresearch/esm, README, comparison to related works',
    },
    files: [
      {
        path: 'esmfold_structure_module_only_8M.pt',
        url: 'https://dl.fbaipublicfiles.com/fair-esm/models/esmfold_structure_module_only_8M.pt',
      },
      {
        path: 'esm2_t6_8M_UR50D_500K.pt',
        url: 'https://dl.fbaipublicfiles.com/fair-esm/models/esm2_t6_8M_UR50D_500K.pt',
      },
    ],
    numRecycles: 3,
    runs: [
      { numResidues: 100, megabytes: 662, seconds: 0.8, secondsPerRecycle: 0.1 },
      { numResidues: 400, megabytes: 2466, seconds: 0.9, secondsPerRecycle: 0.1 },
    ],
  },
  {
    name: 'esmfold_structure_module_only_35M',
    kind: 'folding',
    layout: 'original',
    licence: 'MIT',
    description: 'ESMFold without folding blocks: a structure module on the 35M language model.',
    languageModel: '35M',
    numBlocks: 0,
    accuracy: {
      casp14TmScore: 0.414,
      cameoTmScore: 0.564,
      source: 'facebookresearch/esm, README, comparison to related works',
    },
    files: [
      {
        path: 'esmfold_structure_module_only_35M.pt',
        url: 'https://dl.fbaipublicfiles.com/fair-esm/models/esmfold_structure_module_only_35M.pt',
      },
      {
        path: 'esm2_t12_35M_UR50D_500K.pt',
        url: 'https://dl.fbaipublicfiles.com/fair-esm/models/esm2_t12_35M_UR50D_500K.pt',
      },
    ],
    numRecycles: 3,
    runs: [
      { numResidues: 100, megabytes: 765, seconds: 0.9, secondsPerRecycle: 0.1 },
      { numResidues: 400, megabytes: 2569, seconds: 1.2, secondsPerRecycle: 0.1 },
    ],
  },
  {
    name: 'esmfold_structure_module_only_150M',
    kind: 'folding',
    layout: 'original',
    licence: 'MIT',
    description: 'ESMFold without folding blocks: a structure module on the 150M language model.',
    languageModel: '150M',
    numBlocks: 0,
    accuracy: {
      casp14TmScore: 0.49,
      cameoTmScore: 0.649,
      source: 'facebookresearch/esm, README, comparison to related works',
    },
    files: [
      {
        path: 'esmfold_structure_module_only_150M.pt',
        url: 'https://dl.fbaipublicfiles.com/fair-esm/models/esmfold_structure_module_only_150M.pt',
      },
      {
        path: 'esm2_t30_150M_UR50D_500K.pt',
        url: 'https://dl.fbaipublicfiles.com/fair-esm/models/esm2_t30_150M_UR50D_500K.pt',
      },
    ],
    numRecycles: 3,
    runs: [
      { numResidues: 100, megabytes: 1222, seconds: 1.1, secondsPerRecycle: 0.1 },
      { numResidues: 400, megabytes: 3026, seconds: 2.3, secondsPerRecycle: 0.1 },
    ],
  },
  {
    name: 'esmfold_structure_module_only_650M',
    kind: 'folding',
    layout: 'original',
    licence: 'MIT',
    description: 'ESMFold without folding blocks: a structure module on the 650M language model.',
    languageModel: '650M',
    numBlocks: 0,
    accuracy: {
      casp14TmScore: 0.513,
      cameoTmScore: 0.701,
      source: 'facebookresearch/esm, README, comparison to related works',
    },
    files: [
      {
        path: 'esmfold_structure_module_only_650M.pt',
        url: 'https://dl.fbaipublicfiles.com/fair-esm/models/esmfold_structure_module_only_650M.pt',
      },
      {
        path: 'esm2_t33_650M_UR50D.pt',
        url: 'https://dl.fbaipublicfiles.com/fair-esm/models/esm2_t33_650M_UR50D.pt',
      },
    ],
    numRecycles: 3,
    runs: [
      { numResidues: 100, megabytes: 807, seconds: 3.1, secondsPerRecycle: 0.1 },
      { numResidues: 400, megabytes: 2611, seconds: 8, secondsPerRecycle: 0.1 },
    ],
  },
  {
    name: 'esmfold_structure_module_only_3B',
    kind: 'folding',
    layout: 'original',
    licence: 'MIT',
    description: 'ESMFold without folding blocks: a structure module on the 3B language model.',
    languageModel: '3B',
    numBlocks: 0,
    accuracy: {
      casp14TmScore: 0.525,
      cameoTmScore: 0.718,
      source: 'facebookresearch/esm, README, comparison to related works',
    },
    files: [
      {
        path: 'esmfold_structure_module_only_3B.pt',
        url: 'https://dl.fbaipublicfiles.com/fair-esm/models/esmfold_structure_module_only_3B.pt',
      },
      {
        path: 'esm2_t36_3B_UR50D.pt',
        url: 'https://dl.fbaipublicfiles.com/fair-esm/models/esm2_t36_3B_UR50D.pt',
        gigabytes: 5.68,
      },
    ],
    numRecycles: 3,
    runs: [
      { numResidues: 100, megabytes: 1226, seconds: 10.7, secondsPerRecycle: 0.1 },
      { numResidues: 400, megabytes: 4009, seconds: 32, secondsPerRecycle: 0.1 },
    ],
  },
];
