/** A boundary that no content has in it but by a chance of one in 2^96. */
export function boundaryOf(random: (bytes: number) => Uint8Array): string {
  return `grove-${Buffer.from(random(12)).toString('hex')}`;
}
