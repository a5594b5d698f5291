/** How many pushes a network has taken: told to the process that has started it, once there are as many as it expects. */
export function counting(): { readonly count: number; note(): void } {
  let count = 0;
  let expected = Number.POSITIVE_INFINITY;
  const tell = () => {
    if (count < expected) return;
    expected = Number.POSITIVE_INFINITY;
    process.send?.({ count });
  };
  process.on('message', ({ expect }: { expect: number }) => {
    expected = count + expect;
  });
  return {
    get count() {
      return count;
    },
    note() {
      count += 1;
      tell();
    },
  };
}
