import {
  Color,
  CylinderGeometry,
  InstancedMesh,
  Matrix4,
  MeshStandardMaterial,
  Quaternion,
  Vector3,
} from 'three';
import { writeRoots } from './materials.js';

/** A straight rod between two points. */
export interface Rod {
  readonly from: Vector3;
  readonly to: Vector3;
  /** Å */
  readonly radius: number;
}

const UP = new Vector3(0, 1, 0);

/** All rods in one colour; for links between residues. */
export function drawRods(rods: readonly Rod[], colour: string): InstancedMesh {
  const material = new MeshStandardMaterial({ color: new Color(colour), roughness: 0.5 });
  material.onBeforeCompile = writeRoots;
  const mesh = new InstancedMesh(new CylinderGeometry(1, 1, 1, 10, 1), material, rods.length);
  const matrix = new Matrix4();
  rods.forEach(({ from, to, radius }, i) => {
    const along = to.clone().sub(from);
    const length = along.length();
    const turn = new Quaternion().setFromUnitVectors(UP, along.divideScalar(length || 1));
    const middle = from.clone().add(to).multiplyScalar(0.5);
    mesh.setMatrixAt(i, matrix.compose(middle, turn, new Vector3(radius, length, radius)));
  });
  mesh.frustumCulled = false;
  return mesh;
}

/** A dashed line as short rods. */
export function dashes(from: Vector3, to: Vector3, radius = 0.09): Rod[] {
  const count = Math.max(1, Math.round(from.distanceTo(to) / 0.7));
  return Array.from({ length: count }, (_, i) => ({
    from: from.clone().lerp(to, (i + 0.15) / count),
    to: from.clone().lerp(to, (i + 0.7) / count),
    radius,
  }));
}
