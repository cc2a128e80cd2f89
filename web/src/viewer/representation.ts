import type { DataTexture, Object3D } from 'three';
import { findBonds } from '../molecule/bonds.js';
import { vanDerWaalsRadius } from '../molecule/elements.js';
import type { Molecule } from '../molecule/molecule.js';
import { atomBalls, bondSticks } from './atoms.js';
import { drawInstances, drawMesh, group } from './drawing.js';
import { CARTOON, ribbonMesh, TUBE, type RibbonStyle } from './ribbon.js';
import { surfaceMesh } from './surface.js';
import { traceBackbone } from './trace.js';

/** Ways to draw a molecule. */
export const REPRESENTATIONS = [
  { kind: 'cartoon', label: 'Cartoon' },
  { kind: 'tube', label: 'Backbone tube' },
  { kind: 'sticks', label: 'Sticks' },
  { kind: 'ball-and-stick', label: 'Ball and stick' },
  { kind: 'spheres', label: 'Spheres' },
  { kind: 'surface', label: 'Surface' },
] as const;

/** One of `REPRESENTATIONS`. */
export type RepresentationKind = (typeof REPRESENTATIONS)[number]['kind'];

const STICK_RADIUS = 0.22;
const THIN_STICK_RADIUS = 0.14;
const BALL_SHARE = 0.27;
/** Beyond this many residues a curve gets fewer cross-sections. */
const LARGE = 1200;

/** Builds the geometry of one representation. */
export function drawMolecule(
  molecule: Molecule,
  kind: RepresentationKind,
  colours: DataTexture,
): Object3D {
  const ribbon = (style: RibbonStyle): Object3D => {
    const steps = molecule.numResidues > LARGE ? 6 : 10;
    return drawMesh(ribbonMesh(traceBackbone(molecule), style, steps), colours);
  };
  const sticks = (radius: number): Object3D =>
    drawInstances(bondSticks(molecule, findBonds(molecule), radius), colours);
  const balls = (radius: (element: string) => number): Object3D =>
    drawInstances(atomBalls(molecule, radius), colours);
  switch (kind) {
    case 'cartoon':
      return ribbon(CARTOON);
    case 'tube':
      return ribbon(TUBE);
    case 'sticks':
      return group(
        sticks(STICK_RADIUS),
        balls(() => STICK_RADIUS),
      );
    case 'ball-and-stick':
      return group(
        sticks(THIN_STICK_RADIUS),
        balls((element) => BALL_SHARE * vanDerWaalsRadius(element)),
      );
    case 'spheres':
      return balls(vanDerWaalsRadius);
    case 'surface':
      return molecule.numAtoms > 0 ? drawMesh(surfaceMesh(molecule), colours) : group();
  }
}
