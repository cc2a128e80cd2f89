import {
  Color,
  DataTexture,
  Group,
  InstancedMesh,
  Matrix4,
  Mesh as ThreeMesh,
  PerspectiveCamera,
  Scene,
  Vector3,
  type Material,
  type Object3D,
  type WebGLRenderer,
} from 'three';
import { describe, expect, it } from 'vitest';
import { elementColour, vanDerWaalsRadius } from '#web/molecule/elements';
import { atomBalls, bondSticks } from '#web/viewer/atoms';
import { discard, drawInstances, drawMesh, group, type Pickable } from '#web/viewer/drawing';
import { measure } from '#web/viewer/measure';
import { Picker } from '#web/viewer/picker';
import { broadestPose, widened } from '#web/viewer/pose';
import { drawMolecule, REPRESENTATIONS } from '#web/viewer/representation';
import { dashes, drawRods } from '#web/viewer/rods';
import { smallMolecule } from '../../helpers/small-molecule.js';

function meshIn(object: Object3D): ThreeMesh {
  if (object instanceof ThreeMesh) return object as ThreeMesh;
  throw new Error('no mesh');
}

function instancesIn(object: Object3D | undefined): InstancedMesh {
  if (object instanceof InstancedMesh) return object as InstancedMesh;
  throw new Error('no instances');
}

/** An alanine at a right angle and a serine's CA far off. */
const molecule = smallMolecule([
  { atoms: { N: [1, 2, 3], CA: [1, 2, 4.4], C: [2.4, 2, 4.4] } },
  { atoms: { CA: [9, -2, 5] }, number: 7 },
]);
const COLOURS = new DataTexture(new Uint8Array(4), 1, 1);
const linear = (element: string) => {
  const { r, g, b } = new Color(elementColour(element));
  return [r, g, b];
};
function expectNear(actual: ArrayLike<number>, expected: readonly number[]): void {
  expect(actual).toHaveLength(expected.length);
  for (const [k, x] of expected.entries()) expect(actual[k]).toBeCloseTo(x, 5);
}

describe('atomBalls', () => {
  const balls = atomBalls(molecule, (element) => (element === 'N' ? 2 : 0.5));

  it('are where the atoms are, as large as asked for', () => {
    expect(balls.matrices).toHaveLength(16 * 4);
    const of = (i: number) => new Matrix4().fromArray(balls.matrices, 16 * i);
    expect(of(0).elements).toEqual([2, 0, 0, 0, 0, 2, 0, 0, 0, 0, 2, 0, 1, 2, 3, 1]);
    const third = of(3).elements;
    expectNear(third, [0.5, 0, 0, 0, 0, 0.5, 0, 0, 0, 0, 0.5, 0, 9, -2, 5, 1]);
    expect([...balls.atoms]).toEqual([0, 1, 2, 3]);
    expect([...balls.residues]).toEqual([0, 0, 0, 1]);
  });

  it('show their element, but for carbon', () => {
    expectNear(balls.tints.subarray(0, 4), [...linear('N'), 1]);
    expectNear(balls.tints.subarray(4, 8), [...linear('C'), 0]);
    expect(balls.tints).toHaveLength(16);
  });

  it('are coarser in molecules of more than 6000 atoms', () => {
    const many = (numAtoms: number) => {
      const atoms = Object.fromEntries(
        Array.from({ length: numAtoms }, (_, i) => [`C${i}`, [i, 0, 0] as const]),
      );
      return atomBalls(smallMolecule([{ atoms }]), () => 1).shape.getAttribute('position').count;
    };
    const [fine, coarse] = [many(6000), many(6001)];
    expect(coarse).toBeLessThan(fine);
    expect([fine, coarse]).toEqual([20 * 16 * 3, 20 * 9 * 3]); // faces of an icosahedron, each in 4² or 3²
  });
});

describe('bondSticks', () => {
  it('are two halves of each bond, each of its atom, from the atom to the middle', () => {
    const sticks = bondSticks(molecule, Uint32Array.of(0, 1, 2, 1), 0.3);
    expect([...sticks.atoms]).toEqual([0, 1, 2, 1]);
    expect([...sticks.residues]).toEqual([0, 0, 0, 0]);
    expectNear(sticks.tints.subarray(0, 8), [...linear('N'), 1, ...linear('C'), 0]);
    const ends = [0, 1, 2].map((i) => {
      const matrix = new Matrix4().fromArray(sticks.matrices, 16 * i);
      const [below, above, side] = [
        [0, -0.5, 0],
        [0, 0.5, 0],
        [1, 0, 0],
      ].map((at) => new Vector3().fromArray(at).applyMatrix4(matrix));
      const middle = below!.clone().add(above!).multiplyScalar(0.5);
      expect(side!.distanceTo(middle)).toBeCloseTo(0.3, 5);
      return [below!.toArray(), above!.toArray()];
    });
    expectNear(ends[0]!.flat(), [1, 2, 3, 1, 2, 3.7]);
    expectNear(ends[1]!.flat(), [1, 2, 4.4, 1, 2, 3.7]);
    expectNear(ends[2]!.flat(), [2.4, 2, 4.4, 1.7, 2, 4.4]);
  });

  it('have no NaN where two atoms lie in one place', () => {
    const twice = smallMolecule([{ atoms: { CA: [1, 2, 3], CB: [1, 2, 3] } }]);
    expect(bondSticks(twice, Uint32Array.of(0, 1), 0.3).matrices.every(Number.isFinite)).toBe(true);
  });
});

describe('rods', () => {
  it('run from end to end', () => {
    const rods = [
      { from: new Vector3(1, 2, 3), to: new Vector3(3, 5, 9), radius: 0.2 },
      { from: new Vector3(4, 4, 4), to: new Vector3(4, 4, 4), radius: 0.2 },
    ];
    const mesh = drawRods(rods, '#ff0000');
    expect(mesh.count).toBe(2);
    expect(mesh.frustumCulled).toBe(false);
    const matrix = new Matrix4();
    mesh.getMatrixAt(0, matrix);
    expectNear(new Vector3(0, -0.5, 0).applyMatrix4(matrix).toArray(), [1, 2, 3]);
    expectNear(new Vector3(0, 0.5, 0).applyMatrix4(matrix).toArray(), [3, 5, 9]);
    const side = new Vector3(0, 0, 1).applyMatrix4(matrix);
    expect(side.distanceTo(new Vector3(2, 3.5, 6))).toBeCloseTo(0.2, 5);
    mesh.getMatrixAt(1, matrix);
    expect(matrix.elements.every(Number.isFinite)).toBe(true);
  });

  it('of a dashed line are about 0.7 Å apart, each a little over half of that', () => {
    const [from, to] = [new Vector3(1, 1, 1), new Vector3(1, 1, 4.6)];
    const rods = dashes(from, to);
    expect(rods).toHaveLength(5); // 3.6 / 0.7 is 5.1
    expectNear(rods[0]!.from.toArray(), [1, 1, 1 + 0.15 * 0.72]);
    expectNear(rods[0]!.to.toArray(), [1, 1, 1 + 0.7 * 0.72]);
    expectNear(rods[4]!.to.toArray(), [1, 1, 1 + 4.7 * 0.72]);
    expect(rods[2]!.radius).toBe(0.09);
    expect(dashes(from, from, 0.2)).toMatchObject([{ radius: 0.2 }]);
  });
});

describe('measure', () => {
  it('reads distances in Å, angles and dihedrals in degrees, with what they are of', () => {
    const places = smallMolecule([
      { atoms: { N: [1, 0, 0], CA: [0, 0, 0], C: [0, 2, 0], O: [0, 2, -3] } },
    ]);
    expect(measure(places, [0, 2])).toEqual({
      atoms: [0, 2],
      kind: 'distance',
      value: Math.sqrt(5),
      text: '2.24 Å',
      title: 'A/ALA1/N – A/ALA1/C',
    });
    expect(measure(places, [0, 1, 2])).toMatchObject({ kind: 'angle', text: '90.0°' });
    expect(measure(places, [0, 1, 2, 3])).toMatchObject({ kind: 'dihedral' });
    expect(Math.abs(measure(places, [0, 1, 2, 3])!.value)).toBeCloseTo(90, 9);
    for (const atoms of [[], [1], [0, 1, 2, 3, 0]]) expect(measure(places, atoms)).toBeUndefined();
  });
});

describe('broadestPose', () => {
  const cloud = (places: readonly (readonly [number, number, number])[]) =>
    smallMolecule(places.map((CA) => ({ atoms: { CA } })));
  /** Longest along z, next along x. */
  const box = cloud(
    [-1, 1].flatMap((x) =>
      [-1, 1].flatMap((y) => [-1, 1].map((z) => [5 + 6 * x, 1 + 2 * y, 9 * z - 3] as const)),
    ),
  );

  it('lays the longest axis along x, the next along y, and the middle in the middle', () => {
    const { matrix, radius, halfHeight } = broadestPose(box);
    expectNear(new Vector3(5, 1, -3).applyMatrix4(matrix).toArray(), [0, 0, 0]);
    const along = (x: number, y: number, z: number) =>
      new Vector3(5 + x, 1 + y, z - 3).applyMatrix4(matrix).toArray().map(Math.abs);
    expectNear(along(0, 0, 9), [9, 0, 0]);
    expectNear(along(6, 0, 0), [0, 6, 0]);
    expectNear(along(0, 2, 0), [0, 0, 2]);
    expect(matrix.determinant()).toBeCloseTo(1, 6);
    expect(radius).toBeCloseTo(11, 5);
    expect(halfHeight).toBeCloseTo(6, 5);
  });

  it('is no smaller than 5 Å, 4 Å high', () => {
    const { radius, halfHeight } = broadestPose(cloud([[1, 2, 3]]));
    expect([radius, halfHeight]).toEqual([5, 4]);
    const { matrix } = broadestPose(cloud([]));
    expect(matrix.elements.every(Number.isFinite)).toBe(true);
  });

  it.each([
    ['x', [1, 0, 0]],
    ['y', [0, 1, 0]],
    ['a slant', [1, 2, -1]],
  ] as const)('turns a line along %s upright', (_, [x, y, z]) => {
    const line = cloud([-3, 0, 3].map((t) => [t * x, t * y, t * z] as const));
    const { matrix, halfHeight } = broadestPose(line);
    expect(matrix.determinant()).toBeCloseTo(1, 6);
    const end = new Vector3(3 * x, 3 * y, 3 * z).applyMatrix4(matrix);
    expectNear([Math.abs(end.x), end.y, end.z], [3 * Math.hypot(x, y, z), 0, 0]);
    expect(halfHeight).toBe(4);
  });

  it('widens to what lies above or below', () => {
    const pose = broadestPose(box);
    const above = new Vector3(1, -20, 2).applyMatrix4(pose.matrix.clone().invert()).toArray();
    const wide = widened(pose, cloud([above]));
    expect(wide.halfHeight).toBeCloseTo(20, 4);
    expect(wide.radius).toBeCloseTo(Math.hypot(1, 20, 2), 4);
  });
});

describe('drawings', () => {
  const parts = (object: Object3D) => object.children.map(instancesIn);
  const radii = (mesh: InstancedMesh) =>
    Array.from({ length: mesh.count }, (_, i) => {
      const matrix = new Matrix4();
      mesh.getMatrixAt(i, matrix);
      return matrix.getMaxScaleOnAxis();
    });

  it('are of every kind, sticks of half cylinders and balls, spheres as large as atoms', () => {
    for (const { kind } of REPRESENTATIONS) {
      const object = drawMolecule(molecule, kind, COLOURS);
      let numMeshes = 0;
      object.traverse((part) => {
        if (part instanceof ThreeMesh) numMeshes++;
      });
      expect(numMeshes).toBe(kind === 'sticks' || kind === 'ball-and-stick' ? 2 : 1);
    }
    const [sticks, balls] = parts(drawMolecule(molecule, 'ball-and-stick', COLOURS));
    expect([sticks!.count, balls!.count]).toEqual([4, 4]); // N-CA and CA-C
    expectNear(
      radii(balls!),
      ['N', 'C', 'C', 'C'].map((of) => 0.27 * vanDerWaalsRadius(of)),
    );
    const [thick, caps] = parts(drawMolecule(molecule, 'sticks', COLOURS));
    expectNear(radii(caps!), [0.22, 0.22, 0.22, 0.22]);
    expect(thick!.count).toBe(4);
    const spheres = instancesIn(drawMolecule(molecule, 'spheres', COLOURS));
    expectNear(radii(spheres), ['N', 'C', 'C', 'C'].map(vanDerWaalsRadius));
    expect(drawMolecule(smallMolecule([]), 'surface', COLOURS).children).toEqual([]);
  });

  it('of curves have fewer cross-sections in molecules of more than 1200 residues', () => {
    const vertices = (count: number) => {
      const chain = Array.from({ length: count }, (_, i) => ({
        atoms: { CA: [3 * i, 0, 0] as const },
      }));
      const mesh = meshIn(drawMolecule(smallMolecule(chain), 'tube', COLOURS));
      return mesh.geometry.getAttribute('position').count / 16;
    };
    expect(vertices(3)).toBe(2 + 2 * 11 + 1);
    expect(vertices(1201)).toBe(2 + 1200 * 7 + 1);
    expect(vertices(1200)).toBe(2 + 1199 * 11 + 1);
  });

  it('know the residue of each vertex and what is picked', () => {
    const mesh = {
      positions: Float32Array.of(0, 0, 0, 1, 0, 0, 0, 1, 0),
      normals: Float32Array.of(0, 0, 1, 0, 0, 1, 0, 0, 1),
      residues: Float32Array.of(4, 4, 5),
      indices: Uint32Array.of(0, 1, 2),
    };
    const drawn = meshIn(drawMesh(mesh, COLOURS));
    for (const [name, size] of [
      ['position', 3],
      ['normal', 3],
      ['residue', 1],
    ] as const) {
      expect(drawn.geometry.getAttribute(name).itemSize).toBe(size);
      expect(drawn.geometry.getAttribute(name).count).toBe(3);
    }
    expect(drawn.geometry.index!.count).toBe(3);
    expect((drawn.userData as Pickable).picking).toBeDefined();
    const balls = instancesIn(
      drawInstances(
        atomBalls(molecule, () => 1),
        COLOURS,
      ),
    );
    expect(balls.frustumCulled).toBe(false);
    expect(balls.count).toBe(4);
    for (const [name, size] of [
      ['residue', 1],
      ['atom', 1],
      ['tint', 4],
    ] as const) {
      expect(balls.geometry.getAttribute(name).itemSize).toBe(size);
      expect(balls.geometry.getAttribute(name).count).toBe(4);
    }
    expect(balls.instanceMatrix.itemSize).toBe(16);
  });

  it('free all that they hold when they are discarded', () => {
    const scene = new Scene();
    const object = group(
      drawInstances(
        atomBalls(molecule, () => 1),
        COLOURS,
      ),
      new Group(),
    );
    scene.add(object);
    const balls = instancesIn(object.children[0]);
    const freed: string[] = [];
    balls.addEventListener('dispose', () => freed.push('mesh'));
    balls.geometry.addEventListener('dispose', () => freed.push('geometry'));
    (balls.material as Material).addEventListener('dispose', () => freed.push('material'));
    (balls.userData as Pickable).picking.addEventListener('dispose', () => freed.push('picking'));
    discard(object);
    expect(scene.children).toEqual([]);
    expect(freed.sort()).toEqual(['geometry', 'material', 'mesh', 'picking']);
  });
});

describe('Picker', () => {
  /** A renderer that finds given bytes under the pointer, and what was drawn to find them. */
  function pickWith(pixel: readonly number[]) {
    const before = { name: 'screen' };
    let target: unknown = before;
    const drawn: { isVisible: boolean; material: unknown; view: unknown; cleared: number }[] = [];
    let cleared = 0;
    const scene = new Scene();
    const pickable = meshIn(
      drawMesh(
        {
          positions: new Float32Array(9),
          normals: new Float32Array(9),
          residues: new Float32Array(3),
          indices: Uint32Array.of(0, 1, 2),
        },
        COLOURS,
      ),
    );
    const other = drawRods([], '#00ff00');
    const hidden = drawRods([], '#00ff00');
    hidden.visible = false;
    scene.add(pickable, other, hidden);
    const usual = pickable.material;
    const camera = new PerspectiveCamera();
    const renderer = {
      getRenderTarget: () => target,
      setRenderTarget: (next: unknown) => (target = next),
      clear: () => cleared++,
      render: () => {
        expect(target).not.toBe(before);
        expect(other.visible || hidden.visible).toBe(false);
        const view = { ...camera.view };
        drawn.push({ isVisible: pickable.visible, material: pickable.material, view, cleared });
      },
      readRenderTargetPixels: (
        _: unknown,
        ...[x, y, width, height, into]: [number, number, number, number, Uint8Array]
      ) => {
        expect([x, y, width, height]).toEqual([0, 0, 1, 1]);
        into.set(pixel);
      },
    } as unknown as WebGLRenderer;
    const picker = new Picker(renderer);
    const found = picker.pick(scene, camera, { x: 10.7, y: 20.2, width: 300, height: 200 });
    expect(target).toBe(before);
    expect(pickable.material).toBe(usual);
    expect([pickable.visible, other.visible, hidden.visible]).toEqual([true, true, false]);
    expect(camera.view?.enabled).toBe(false);
    expect(drawn).toHaveLength(1);
    expect(drawn[0]).toMatchObject({
      isVisible: true,
      material: (pickable.userData as Pickable).picking,
      cleared: 1,
      view: { fullWidth: 300, fullHeight: 200, offsetX: 10, offsetY: 20, width: 1, height: 1 },
    });
    return found;
  }

  it('reads an index from three bytes, and whether it is an atom', () => {
    expect(pickWith([7, 2, 1, 255])).toEqual({ kind: 'atom', index: 7 + 512 + 65536 });
    expect(pickWith([9, 0, 0, 128])).toEqual({ kind: 'residue', index: 9 });
    expect(pickWith([9, 0, 0, 0])).toBeNull();
  });
});
