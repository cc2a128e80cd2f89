import {
  MeshStandardMaterial,
  ShaderMaterial,
  type DataTexture,
  type WebGLProgramParametersWithUniforms,
} from 'three';

/** Looks a residue's colour up; instanced atoms and bonds mix in the colour of their element. */
const VERTEX_DECLARATIONS = /* glsl */ `
attribute float residue;
#ifdef USE_TINT
attribute vec4 tint;
#endif
uniform sampler2D residueColours;
varying vec3 vResidueColour;
`;
const VERTEX_BODY = /* glsl */ `
int residueAt = int(residue + 0.5);
vec4 found = texelFetch(residueColours, ivec2(residueAt % 256, residueAt / 256), 0);
vResidueColour = found.rgb;
#ifdef USE_TINT
vResidueColour = mix(vResidueColour, tint.rgb, tint.a * found.a);
#endif
`;

/** Writes the square root of the light: with eight bits a channel, dark colours then have no visible steps. */
export function writeRoots(shader: Pick<WebGLProgramParametersWithUniforms, 'fragmentShader'>) {
  shader.fragmentShader = shader.fragmentShader.replace(
    '#include <colorspace_fragment>',
    '#include <colorspace_fragment>\ngl_FragColor.rgb = sqrt(gl_FragColor.rgb);',
  );
}

/**
 * A lit material whose colour comes from the residue of each vertex.
 *
 * @param colours texture of `ResidueColours`
 * @param hasTint geometry carries `tint` (linear colour and its weight) for each instance
 */
export function residueMaterial(colours: DataTexture, hasTint: boolean): MeshStandardMaterial {
  const material = new MeshStandardMaterial({ roughness: 0.62, metalness: 0 });
  if (hasTint) material.defines = { ...material.defines, USE_TINT: '' };
  material.onBeforeCompile = (shader) => {
    shader.uniforms['residueColours'] = { value: colours };
    shader.vertexShader = shader.vertexShader
      .replace('#include <common>', `#include <common>${VERTEX_DECLARATIONS}`)
      .replace('#include <begin_vertex>', `#include <begin_vertex>${VERTEX_BODY}`);
    shader.fragmentShader = shader.fragmentShader
      .replace('#include <common>', '#include <common>\nvarying vec3 vResidueColour;')
      .replace('#include <color_fragment>', 'diffuseColor.rgb = vResidueColour;');
    writeRoots(shader);
  };
  return material;
}

/**
 * Draws the index of what is there instead of its colour: red, green and blue are its bytes, alpha says whether it
 * is an atom or a residue.
 *
 * @param attribute which index the geometry carries
 */
export function pickingMaterial(attribute: 'residue' | 'atom'): ShaderMaterial {
  return new ShaderMaterial({
    vertexShader: /* glsl */ `
      attribute float ${attribute};
      flat varying float vIndex;
      void main() {
        vIndex = ${attribute};
        vec4 place = vec4(position, 1.0);
        #ifdef USE_INSTANCING
        place = instanceMatrix * place;
        #endif
        gl_Position = projectionMatrix * modelViewMatrix * place;
      }`,
    fragmentShader: /* glsl */ `
      flat varying float vIndex;
      void main() {
        float index = floor(vIndex + 0.5);
        gl_FragColor = vec4(
          mod(index, 256.0), mod(floor(index / 256.0), 256.0), floor(index / 65536.0),
          ${attribute === 'atom' ? '255.0' : '128.0'}) / 255.0;
      }`,
  });
}
