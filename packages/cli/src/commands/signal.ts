const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/**
 * Resolves when the process is told to end; told twice, it ends at once.
 *
 * @param onHangup what SIGHUP means, where it is not the end
 */
export function ended(onHangup?: () => void): Promise<void> {
  if (onHangup !== undefined) process.on('SIGHUP', onHangup);
  return new Promise((resolve) => {
    let told = false;
    for (const signal of SIGNALS.filter((each) => each !== 'SIGHUP' || onHangup === undefined)) {
      process.on(signal, () => {
        if (told) process.exit(130);
        told = true;
        resolve();
      });
    }
  });
}
