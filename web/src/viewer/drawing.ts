import {
  BufferAttribute,
  BufferGeometry,
  Group,
  InstancedBufferAttribute,
  InstancedMesh,
  Mesh as ThreeMesh,
  type DataTexture,
  type Material,
  type Object3D,
} from 'three';
import type { Mesh } from './mesh.js';
import { pickingMaterial, residueMaterial } from './materials.js';

/** What `Picker` finds on an object that can be picked. */
export interface Pickable {
  readonly picking: Material;
}

/** Puts a mesh on the graphics card. */
export function drawMesh(mesh: Mesh, colours: DataTexture): Object3D {
  const geometry = new BufferGeometry();
  geometry.setAttribute('position', new BufferAttribute(mesh.positions, 3));
  geometry.setAttribute('normal', new BufferAttribute(mesh.normals, 3));
  geometry.setAttribute('residue', new BufferAttribute(mesh.residues, 1));
  geometry.setIndex(new BufferAttribute(mesh.indices, 1));
  const object = new ThreeMesh(geometry, residueMaterial(colours, false));
  object.userData = { picking: pickingMaterial('residue') } satisfies Pickable;
  return object;
}

/** One shape drawn I times. */
export interface Instances {
  readonly shape: BufferGeometry;
  /** `[I, 4, 4]` column-major */
  readonly matrices: Float32Array;
  /** `[I]` */
  readonly residues: Float32Array;
  /** `[I]` the atom that is picked */
  readonly atoms: Float32Array;
  /** `[I, 4]` linear colour and how much of it is mixed in */
  readonly tints: Float32Array;
}

/** Draws all instances in one call. */
export function drawInstances(instances: Instances, colours: DataTexture): Object3D {
  const { shape, matrices, residues, atoms, tints } = instances;
  const object = new InstancedMesh(shape, residueMaterial(colours, true), residues.length);
  object.instanceMatrix = new InstancedBufferAttribute(matrices, 16);
  shape.setAttribute('residue', new InstancedBufferAttribute(residues, 1));
  shape.setAttribute('atom', new InstancedBufferAttribute(atoms, 1));
  shape.setAttribute('tint', new InstancedBufferAttribute(tints, 4));
  object.frustumCulled = false; // bounds of a single sphere say nothing about where its copies are
  object.userData = { picking: pickingMaterial('atom') } satisfies Pickable;
  return object;
}

/** Frees the graphics memory of everything below `object` and takes it out of its parent. */
export function discard(object: Object3D) {
  object.removeFromParent();
  object.traverse((part) => {
    if (!(part instanceof ThreeMesh)) return;
    (part.geometry as BufferGeometry).dispose();
    (part.material as Material).dispose();
    (part.userData as Partial<Pickable>).picking?.dispose();
    if (part instanceof InstancedMesh) part.dispose();
  });
}

/** Several objects as one. */
export function group(...objects: readonly Object3D[]): Group {
  const all = new Group();
  for (const object of objects) all.add(object);
  return all;
}
