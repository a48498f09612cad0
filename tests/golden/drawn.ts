/** Numbers that golden scripts compute too: `drawn` of vgg19_torch.py and srresnet_full_torch.py. */

/** `count` numbers in [-scale/2, scale/2) around `offset`: the bits of a multiplicative hash. */
export function drawn(
  count: number,
  key: number,
  scale: number,
  offset = 0,
): Float32Array<ArrayBuffer> {
  const out = new Float32Array(count);
  const start = Math.imul(key, 40503);
  for (let i = 0; i < count; i++) {
    let bits = (Math.imul(i, 2654435761) + start) >>> 0;
    bits = Math.imul(bits ^ (bits >>> 15), 2246822519) >>> 0;
    bits = (bits ^ (bits >>> 13)) >>> 0;
    out[i] = (bits / 2 ** 32 - 0.5) * scale + offset;
  }
  return out;
}
